"""Random calls from interface models: the same call for the same seed and number."""

import gzip
import json
import pathlib
import random
import re
import string

SERVICES = ["connect", "connectparticipant", "customer-profiles", "cognito-idp", "sts"]
FORMATS = ["json", "yaml", "text", "table", "yaml-stream", "off"]
ERROR_FORMATS = ["legacy", "json", "yaml", "text", "table", "enhanced"]
ODD = [None, True, False, 0, -1, 1.5, 1e22, 12345678901234567890123, "", "x", "é漢😀", [], {}, [None], {"a": None}, float("nan")]
TIMES = [0, 1700000000, 1700000000.5, 1700000000123, -1, 1e17, "2024-02-29T10:20:30Z", "2024-02-29", "Thu, 29 Feb 2024 10:20:30 GMT",
         "nope", "", None, True, float("inf"), "1700000000", "2024-02-29T10:20:30.123456+05:30"]
TEXTS = ["a", "some text", "é漢", "😀", "true", "null", "012", "1e3", "a=b", "a,b", "'q'", '"q"', "x\ty", "-5", "{", "[x", "@", "~", "5", "yes"]
DEPTH_MAX = 5


def models(folder):
    """The models in a folder: as this repository keeps them, or as the AWS CLI does."""
    folder = pathlib.Path(folder)
    found = {}
    for service in SERVICES:
        plain = folder / f"{service}.json"
        if plain.exists():
            found[service] = json.loads(plain.read_text())
            continue
        for file in sorted(folder.glob(f"{service}/*/service-2.json*")):
            opened = gzip.open(file) if file.suffix == ".gz" else open(file, "rb")
            with opened as stream:
                found[service] = json.loads(stream.read())
    return found


def dashed(name):
    """An operation's or member's name as the command line spells it."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1-\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name).lower()


class Generator:
    """The calls of one seed."""

    def __init__(self, found, seed):
        self.models = found
        self.seed = seed

    def case(self, number):
        """One case in the format of the recorded ones, without what is expected."""
        self.random = random.Random(f"{self.seed}:{number}")
        service = self.random.choice(sorted(self.models))
        self.model = self.models[service]
        operation = self.model["operations"][self.random.choice(sorted(self.model["operations"]))]
        self.files, self.config, env = {}, [], {"AWS_MAX_ATTEMPTS": "1"}
        argv = [service, dashed(operation["name"])] + self.input(operation)
        argv += self.options() + ["--endpoint-url", "$ENDPOINT"]
        if self.chance(0.15):
            self.config.append(("parameter_validation", self.random.choice(["false", "no", "0", "", "true"])))
        if self.chance(0.15):
            self.config.append(("cli_timestamp_format", self.random.choice(["wire", "iso8601"])))
        if self.chance(0.1):
            env["AWS_CLI_ERROR_FORMAT"] = self.random.choice(ERROR_FORMATS)
        if self.chance(0.2):
            env["TZ"] = self.random.choice(["America/New_York", "Asia/Kolkata", "UTC"])
        if self.config:
            lines = "".join(f"{name} = {value}\n" for name, value in self.config)
            self.files[".aws/config"] = f"[default]\n{lines}"
        return {"id": f"differential-{self.seed}-{number}", "group": "differential", "tags": [], "argv": argv, "env": env,
                "files": self.files, "stub": [self.answer(operation)]}

    def chance(self, share):
        return self.random.random() < share

    def options(self):
        words = []
        if self.chance(0.6):
            words += ["--output", self.random.choice(FORMATS)]
        if self.chance(0.25):
            words += ["--query", self.query()]
        if self.chance(0.05):
            words += ["--no-paginate"]
        if self.chance(0.05):
            words += ["--generate-cli-skeleton", self.random.choice(["input", "output"])]
        return words

    def query(self):
        names = list(self.shape_names)
        name = self.random.choice(names) if names else "A"
        return self.random.choice(["@", "keys(@)", name, f"{name}[]", f"{name}[0]", f"{name}[*].*", f"length({name})", f"to_string({name})",
                                   f"sort({name})", f"{name} || `1`", f"[{name}, `null`]", f"{{a: {name}}}", "*", "[", f"{name}[?a=='b']"])

    # What is asked.

    def shape(self, reference):
        return self.model["shapes"][reference["shape"]]

    def input(self, operation):
        self.shape_names = list(self.shape(operation["output"]).get("members", {})) if "output" in operation else []
        if "input" not in operation:
            return []
        shape = self.shape(operation["input"])
        document = self.value(operation["input"], 0, wrong=0.03)
        if not isinstance(document, dict):
            document = {}
        way = self.random.random()
        if way < 0.2:
            return ["--cli-input-json", self.placed(json.dumps(document))]
        if way < 0.3:
            return ["--cli-input-yaml", self.placed(self.yaml(document))]
        words = []
        for name, value in document.items():
            member = shape.get("members", {}).get(name)
            if member is None:
                continue
            words += self.option(name, member, value)
        return words

    def placed(self, text):
        """The text, or a file that holds it."""
        if "\x00" not in text and self.chance(0.2):
            name = f"in{len(self.files)}.txt"
            self.files[name] = text
            return f"file://{name}"
        return text

    def yaml(self, document):
        lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in document.items()]
        text = "\n".join(lines) + "\n" if lines else "{}"
        return self.random.choice(["", "", "%YAML 1.1\n---\n", "# x\n"]) + text

    def option(self, name, member, value):
        option = "--" + dashed(name)
        kind = self.shape(member)["type"]
        if kind == "boolean":
            return [option if value else "--no-" + option[2:]]
        if kind in ("structure", "map", "list") and self.chance(0.4):
            return [option, *self.shorthand(value)]
        if kind in ("structure", "map", "list"):
            return [option, self.placed(json.dumps(value))]
        text = value if isinstance(value, str) else json.dumps(value)
        return [f"{option}={text}"]

    def shorthand(self, value):
        if isinstance(value, list):
            return [self.short(item) for item in value] or ["[]"]
        return [self.short(value)]

    def short(self, value):
        if isinstance(value, dict):
            return ",".join(f"{name}={self.short_inner(item)}" for name, item in value.items()) or "x"
        return str(value)

    def short_inner(self, value):
        if isinstance(value, dict):
            return "{" + self.short(value) + "}"
        if isinstance(value, list):
            return "[" + ",".join(self.short_inner(item) for item in value) + "]"
        return str(value)

    # Values of shapes.

    def value(self, reference, depth, wrong, full=False):
        if self.chance(wrong):
            return self.random.choice(ODD)
        shape = self.shape(reference)
        kind = shape["type"]
        if kind == "structure":
            return self.structure(shape, depth, wrong, full)
        if kind == "list":
            count = 0 if depth > DEPTH_MAX else self.random.choice([0, 1, 1, 2])
            return [self.value(shape["member"], depth + 1, wrong, full) for _ in range(count)]
        if kind == "map":
            count = 0 if depth > DEPTH_MAX else self.random.choice([0, 1, 2])
            return {self.text(shape["key"]): self.value(shape["value"], depth + 1, wrong, full) for _ in range(count)}
        if kind == "timestamp":
            return self.random.choice(TIMES) if wrong else self.random.choice(TIMES[:3])
        if kind == "boolean":
            return self.chance(0.5)
        if kind in ("integer", "long"):
            return self.random.choice([0, 1, 5, 100, -1, 2**40])
        if kind in ("float", "double"):
            return self.random.choice([0, 1, 0.5, -1.5, 1e20])
        if kind == "blob":
            return "aGVsbG8="
        return self.text(reference)

    def structure(self, shape, depth, wrong, full):
        if shape.get("document"):
            return {"a": self.random.choice(ODD), "b": [1, {"c": None}]}
        names = list(shape.get("members", {}))
        required = set(shape.get("required", []))
        if shape.get("union") and names:
            names = [self.random.choice(names)]
        share = 0.5 if full else 0.15
        chosen = [n for n in names if shape.get("union") or (n in required and not self.chance(wrong)) or
                  (depth <= DEPTH_MAX and self.chance(share))]
        document = {n: self.value(shape["members"][n], depth + 1, wrong, full) for n in chosen}
        if self.chance(wrong):
            document["Unheard" + self.random.choice(string.ascii_uppercase)] = self.random.choice(ODD)
        return document

    def text(self, reference):
        shape = self.shape(reference)
        if shape.get("enum"):
            return self.random.choice(shape["enum"])
        return self.random.choice(TEXTS)

    # What is answered.

    def answer(self, operation):
        if self.model["metadata"]["protocol"] == "query":
            return {"headers": {"content-type": "text/xml"}, "body": f"<{operation['name']}Response/>"}
        if self.chance(0.3):
            return self.error(operation)
        if "output" not in operation or self.chance(0.1):
            return {"body": self.random.choice(["", "{}", "null", "[]", "nope", '{"a":', '"x"'])}
        return {"body": json.dumps(self.value(operation["output"], 0, self.random.choice([0, 0, 0.04]), full=True))}

    def error(self, operation):
        errors = operation.get("errors") or []
        body, code = {"message": "it is wrong"}, self.random.choice(["Unheard", "ThrottlingException", "a.b#Odd:x"])
        if errors and self.chance(0.8):
            reference = self.random.choice(errors)
            body = self.value(reference, 0, self.random.choice([0, 0.05]), full=True)
            code = reference["shape"]
        if not isinstance(body, dict):
            body = {}
        headers = {"x-amzn-errortype": code} if self.chance(0.5) else {}
        if not headers:
            body["__type"] = code
        status = self.random.choice([400, 400, 403, 404, 409, 429, 500, 501])
        return {"status": status, "headers": headers, "body": json.dumps(body)}
