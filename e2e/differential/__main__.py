"""Runs random calls with our program and with an original, and prints whatever differs as a ready case.

    python3 e2e/differential [--original PATH | --source FOLDER --python PATH] [--models FOLDER] [--seed N] [--from N]
                             [--count N | --seconds N] [-j N]
    python3 e2e/differential --quick

The calls are made from the interface models in this repository, or in the data folder of an AWS CLI. Both programs are
given these models. With its source the original is loaded once and forked for each call, which is several times quicker
than starting it. Without an original, as with --quick, our program is compared with itself.
"""

import argparse
import concurrent.futures
import json
import pathlib
import queue
import shutil
import sys
import tempfile
import time

import generate
import programs
import run

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
OUR_MODELS = REPOSITORY / "crates/wire/models"
QUICK_CALLS = 40


def arguments():
    parser = argparse.ArgumentParser(prog="e2e/differential", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", default=str(REPOSITORY / "target/debug/signback"), help="our program")
    parser.add_argument("--original", help="the program to compare with")
    parser.add_argument("--source", help="the folder of the original's source, to load it once")
    parser.add_argument("--python", default=sys.executable, help="the Python that has what the source needs")
    parser.add_argument("--models", default=str(OUR_MODELS), help="the models that calls are made from")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the number of the first call")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, help="go on for that time instead of a number of calls")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_CALLS} calls of our program against itself")
    parser.add_argument("-j", type=int, default=2, help="calls at once")
    return parser.parse_args()


def data_folder(models, folder):
    """The models as a folder that AWS_DATA_PATH can name."""
    for service, model in generate.models(models).items():
        version = model["metadata"]["apiVersion"]
        target = pathlib.Path(folder, service, version)
        target.mkdir(parents=True)
        (target / "service-2.json").write_text(json.dumps(model))
        (target / "paginators-1.json").write_text(json.dumps({"pagination": generate.paginators(models, service)}))
        for extra in pathlib.Path(models, service, version).glob("paginators-1.sdk-extras.json"):
            shutil.copy(extra, target)
    return {"AWS_DATA_PATH": str(folder)}


class Pairs:
    """The two programs and a home folder for each call that runs at once; paths in output are equally long for both."""

    def __init__(self, given, folder):
        ours = programs.Program(str(pathlib.Path(given.ours).resolve()))
        data = data_folder(given.models, pathlib.Path(folder, "models"))
        # Our program has our models inside.
        self.ours_extra = {} if pathlib.Path(given.models).resolve() == OUR_MODELS else data
        self.original_extra = {} if given.quick else data
        self.free = queue.Queue()
        self.all = []
        for number in range(given.j):
            home = str(pathlib.Path(folder, f"home-{number}"))
            pathlib.Path(home).mkdir()
            if given.source and not given.quick:
                original = programs.Forked(given.python, given.source, home, {**run.ENVIRONMENT, **data})
            else:
                path = given.ours if given.quick or not given.original else given.original
                original = programs.Program(str(pathlib.Path(path).resolve()))
            self.all.append((ours, original, home))
            self.free.put(self.all[-1])

    def both(self, case):
        pair = self.free.get()
        try:
            ours, original, home = pair
            return run.outcome(ours, case, self.ours_extra, home), run.outcome(original, case, self.original_extra, home)
        finally:
            self.free.put(pair)


def cases(given):
    generator = generate.Generator(given.models, given.seed)
    end = time.monotonic() + given.seconds if given.seconds else None
    number = given.first
    count = QUICK_CALLS if given.quick else given.count
    while time.monotonic() < end if end else number < given.first + count:
        yield generator.case(number)
        number += 1


def main():
    given = arguments()
    ran, different, began = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="differential-") as folder, concurrent.futures.ThreadPoolExecutor(given.j) as pool:
        pairs = Pairs(given, folder)
        waiting = []
        following = cases(given)
        while True:
            while len(waiting) < 2 * given.j and (case := next(following, None)):
                waiting.append((case, pool.submit(pairs.both, case)))
            if not waiting:
                break
            case, result = waiting.pop(0)
            our, other = result.result()
            ran += 1
            names = run.compared(our, other)
            if names:
                different += 1
                print(run.as_case(case, other))
                for name in names:
                    print(f"# {name}: ours {our[name]!r}", flush=True)
        for _, original, _ in pairs.all:
            original.stop()
    seconds = round(time.monotonic() - began)
    print(f"# {ran} calls from seed {given.seed} in {seconds} s, {ran - different} equal, {different} different")
    return 1 if different or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
