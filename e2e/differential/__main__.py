"""Runs random calls with our program and with an original, and prints whatever differs as a ready case.

    python3 e2e/differential --original PATH --models FOLDER [--seed N] [--from N] [--count N | --seconds N] [-j N]
    python3 e2e/differential --quick

The folder holds interface models: this repository's crates/wire/models, or the data folder of the AWS CLI, which
both programs are then given. Without an original, as with --quick, our program is compared with itself.
"""

import argparse
import concurrent.futures
import json
import pathlib
import shutil
import sys
import tempfile
import time

import generate
import run

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
QUICK_CALLS = 40


def arguments():
    parser = argparse.ArgumentParser(prog="e2e/differential", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", default=str(REPOSITORY / "target/debug/signback"), help="our program")
    parser.add_argument("--original", help="the program to compare with")
    parser.add_argument("--models", default=str(REPOSITORY / "crates/wire/models"), help="the models that calls are made from")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the number of the first call")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, help="end after that time")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_CALLS} calls of our program against itself")
    parser.add_argument("-j", type=int, default=2, help="calls at once")
    return parser.parse_args()


def shared(models, folder):
    """The environment in which both programs read the same models: those of a data folder."""
    if not list(pathlib.Path(models).glob("*/*/service-2.json*")):
        return {}
    for service, model in generate.models(models).items():
        version = model["metadata"]["apiVersion"]
        target = pathlib.Path(folder, service, version)
        target.mkdir(parents=True)
        (target / "service-2.json").write_text(json.dumps(model))
        for extra in pathlib.Path(models, service, version).glob("paginators-1*.json"):
            shutil.copy(extra, target)
    return {"AWS_DATA_PATH": str(folder)}


def main():
    given = arguments()
    ours = str(pathlib.Path(given.ours).resolve())
    original = ours if given.quick or not given.original else str(pathlib.Path(given.original).resolve())
    count = QUICK_CALLS if given.quick else given.count
    end = time.monotonic() + given.seconds if given.seconds else None
    generator = generate.Generator(generate.models(given.models), given.seed)
    ran, different = 0, 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(given.j) as pool:
        extra = shared(given.models, folder)

        def both(case):
            if end and time.monotonic() > end:
                return None
            return case, run.outcome(ours, case, extra), run.outcome(original, case, extra)

        cases = [generator.case(number) for number in range(given.first, given.first + count)]
        for result in pool.map(both, cases):
            if result is None:
                continue
            case, our, other = result
            ran += 1
            names = run.compared(our, other)
            if names:
                different += 1
                print(run.as_case(case, other))
                for name in names:
                    print(f"# {name}: ours {our[name]!r}", flush=True)

    print(f"# {ran} calls from seed {given.seed}, {ran - different} equal, {different} different")
    return 1 if different or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
