"""One reader per dialect: from a folder, a plan or a template to the resources in it."""
