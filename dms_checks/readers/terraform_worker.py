"""The child process that evaluates a Terraform folder: tfparse may hang, or take the whole process down.

Started as ``python -I -S terraform_worker.py`` with a request in JSON on standard input; answers in JSON on standard output
(``terraform_evaluation.py`` says what stands in them). Isolated, so that nothing in the folder can be imported, and
without site-packages: it is told where its packages are.
"""

import gc
import json
import os
import sys


def main() -> None:
    """Answer one request."""
    # It ends before there is anything to collect, and its memory is limited.
    gc.disable()
    request = json.load(sys.stdin)
    # Absolute places of this package and of those it needs; the isolated interpreter sees no others.
    sys.path += [path for path in request["paths"] if path not in sys.path]
    _limit_memory(request["memory"])
    # tfparse's library writes its log to standard output: keep the answer apart from it.
    answer_to = os.dup(1)
    os.dup2(2, 1)
    from dms_checks.readers.terraform_evaluation import evaluate

    answer = evaluate(request)
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        json.dump(answer, stream)


def _limit_memory(size: int) -> None:
    """Limit the data of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


if __name__ == "__main__":
    main()
