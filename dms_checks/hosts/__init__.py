"""The programs that run us. Each host asks ``analysis`` for verdicts and says them in its own way."""
