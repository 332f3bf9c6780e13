"""Random calls from interface models: the same call for the same seed and number."""

import gzip
import json
import pathlib
import random
import re

import surroundings
import values
import words

SERVICES = ["connect", "connectparticipant", "customer-profiles", "cognito-idp", "sts"]
FORMATS = ["json", "yaml", "text", "table", "yaml-stream", "off"]


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


def paginators(folder, service):
    """How the operations of a service are paged."""
    folder = pathlib.Path(folder)
    plain = [folder / f"{service}.paginators.json"]
    for file in plain + sorted(folder.glob(f"{service}/*/paginators-1.json*")):
        if file.exists():
            opened = gzip.open(file) if file.suffix == ".gz" else open(file, "rb")
            with opened as stream:
                return json.loads(stream.read())["pagination"]
    return {}


def dashed(name):
    """An operation's or member's name as the command line spells it."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1-\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name).lower()


class Generator:
    """The calls of one seed."""

    def __init__(self, folder, seed):
        self.models = models(folder)
        self.paginators = {service: paginators(folder, service) for service in self.models}
        self.seed = seed

    def case(self, number):
        """One case in the format of the recorded ones, without what is expected."""
        chance = random.Random(f"{self.seed}:{number}")
        case = Call(self, chance).case()
        return {"id": f"differential-{self.seed}-{number}", "group": "differential", "tags": [], **case}


class Call(values.Values):
    """One call as it is made up."""

    def __init__(self, generator, chance):
        self.random = chance
        service = chance.choice(sorted(generator.models))
        super().__init__(chance, generator.models[service])
        self.service = service
        names = sorted(self.model["operations"])
        paged = sorted(generator.paginators[service])
        name = chance.choice(paged) if paged and self.chance(0.25) else chance.choice(names)
        self.operation = self.model["operations"].get(name) or self.model["operations"][names[0]]
        self.paginator = generator.paginators[service].get(name)
        self.files, self.stub = {}, []

    def case(self):
        around = surroundings.Surroundings(self.random, self.service)
        if self.chance(0.05):
            argv = words.command(self.random)
        else:
            argv = [self.service, dashed(self.operation["name"])] + self.input() + self.options()
            if not around.addressed:
                argv += ["--endpoint-url", "$ENDPOINT"]
            if self.chance(0.08):
                argv = words.mistaken(self.random, argv)
        around.finish()
        stdin = self.random.choice(["", "", "{}", "y\n"]) if self.chance(0.1) else ""
        return {"argv": argv, "env": around.env, "files": {**around.files, **self.files}, "stdin": stdin,
                "stub": around.answers + self.answers()}

    def options(self):
        given = []
        if self.chance(0.6):
            given += ["--output", self.random.choice(FORMATS)]
        if self.chance(0.3):
            given += ["--query", words.query(self.random, self.output_names())]
        if self.paginator and self.chance(0.4):
            given += self.paging()
        if self.chance(0.04):
            given += ["--generate-cli-skeleton", self.random.choice(["input", "output"])]
        if self.chance(0.1):
            given += ["--cli-error-format", self.random.choice(words.ERROR_FORMATS)]
        if self.chance(0.1):
            given += self.random.choice(words.GLOBALS)
        return given

    def paging(self):
        token = self.random.choice(words.TOKENS)
        return self.random.choice([["--no-paginate"], ["--max-items", self.random.choice(["0", "1", "2", "3", "x", "-1", "1.5", "٣"])],
                                   ["--page-size", self.random.choice(["1", "0", "100", "x"])], ["--starting-token", token],
                                   ["--max-items", "1", "--starting-token", token], ["--max-items", "1", "--page-size", "1"]])

    def output_names(self):
        return list(self.shape(self.operation["output"]).get("members", {})) if "output" in self.operation else []

    # What is asked.

    def input(self):
        if "input" not in self.operation:
            return []
        shape = self.shape(self.operation["input"])
        document = self.value(self.operation["input"], 0, wrong=self.random.choice([0, 0.01, 0.04]))
        if not isinstance(document, dict):
            document = {}
        if self.paginator and self.chance(0.8):
            for name in ("input_token", "limit_key"):
                for member in [self.paginator.get(name)] if isinstance(self.paginator.get(name), str) else self.paginator.get(name) or []:
                    document.pop(member, None)
        way = self.random.random()
        if way < 0.15:
            return ["--cli-input-json", self.placed(self.json(document))]
        if way < 0.3:
            return ["--cli-input-yaml", self.placed(self.yaml(document))]
        given = []
        if way < 0.4:
            part = {name: value for name, value in document.items() if self.chance(0.5)}
            given = ["--cli-input-json", self.json(part)] if self.chance(0.5) else ["--cli-input-yaml", self.yaml(part)]
            document = {name: value for name, value in document.items() if name not in part}
        for name, value in document.items():
            member = shape.get("members", {}).get(name)
            if member is not None:
                given += self.option(name, member, value)
        return given

    def placed(self, text):
        """The text, or a file that holds it."""
        if "\x00" in text or text.startswith(("file://", "fileb://")):
            return text.replace("\x00", "")
        if self.chance(0.2):
            name = f"in{len(self.files)}.txt"
            self.files[name] = text
            return self.random.choice(["file://", "file://", "file://$HOME/", "file://~/", "file://./"]) + name
        if self.chance(0.01):
            return self.random.choice(["file://missing", "fileb://missing", "file://", "fileb://.", "file:///"])
        return text

    def option(self, name, member, value):
        option = "--" + dashed(name)
        kind = self.shape(member)["type"]
        if kind == "boolean":
            return [option if value else "--no-" + option[2:]] if self.chance(0.97) else [option, "true"]
        if kind in ("structure", "map", "list") and self.chance(0.5):
            return [option, *(text.replace("\x00", "") for text in self.shorthand(value))]
        if kind in ("structure", "map", "list"):
            return [option, self.placed(self.json(value))]
        if kind == "blob" and self.chance(0.3):
            self.files["blob.bin"] = self.random.choice(["hello", "aGVsbG8=", "", "é"])
            return [option, self.random.choice(["fileb://", "file://"]) + "blob.bin"]
        text = value if isinstance(value, str) else self.json(value)
        return [f"{option}={text}"] if self.chance(0.7) else [option, self.placed(text)]

    # What is answered.

    def answers(self):
        script = []
        if self.chance(0.04):
            script.append({"status": self.random.choice([500, 502, 503, 504, 429]), "body": self.random.choice(["", "{}", "<a/>"])})
        if self.paginator and self.chance(0.8):
            script += self.pages()
        script.append(self.answer())
        return script

    def pages(self):
        found = []
        tokens = self.paginator.get("output_token")
        tokens = tokens if isinstance(tokens, list) else [tokens]
        for number in range(self.random.choice([1, 1, 2])):
            document = self.value(self.operation["output"], 0, self.random.choice([0, 0, 0.03]), full=True)
            if not isinstance(document, dict):
                document = {}
            for token in tokens:
                if re.fullmatch(r"\w+", token):
                    document[token] = self.random.choice([f"token-{number}", f"token-{number}", "same", "é", 5, "", None])
            found.append({"body": self.json(document)})
        return found

    def answer(self):
        if self.chance(0.25):
            return self.error()
        if self.model["metadata"]["protocol"] == "query":
            return {"headers": {"content-type": "text/xml"}, "body": self.xml()}
        if "output" not in self.operation or self.chance(0.08):
            return {"body": self.random.choice(["", "{}", "null", "[]", "nope", '{"a":', '"x"', "5", "\ufeff{}", " {} ", "{}{}"])}
        document = self.value(self.operation["output"], 0, self.random.choice([0, 0, 0.04]), full=True)
        if isinstance(document, dict):
            for name in self.paginator and self.tokens() or []:
                document.pop(name, None)
        headers = self.headers(self.operation["output"], document)
        if self.chance(0.1):
            headers["x-amzn-requestid"] = "r-1"
        return {"headers": headers, "body": self.json(document)}

    def tokens(self):
        found = self.paginator.get("output_token")
        return found if isinstance(found, list) else [found]

    def headers(self, reference, document):
        """The members that travel in headers, taken out of the document."""
        found = {}
        for name, member in self.shape(reference).get("members", {}).items():
            if member.get("location") == "header" and isinstance(document, dict) and name in document:
                text = str(document.pop(name))
                if text.isascii() and text.isprintable():
                    found[member["locationName"]] = text
        return found

    def error(self):
        if self.model["metadata"]["protocol"] == "query":
            return self.error_in_xml()
        errors = self.operation.get("errors") or []
        body = {self.random.choice(["message", "Message"]): "it is wrong"}
        code = self.random.choice(["Unheard", "ThrottlingException", "a.b#Odd:x", "", "ns#", "x:y"])
        if errors and self.chance(0.8):
            reference = self.random.choice(errors)
            body = self.value(reference, 0, self.random.choice([0, 0.05]), full=True)
            code = reference["shape"]
        if not isinstance(body, dict):
            body = {}
        headers = {"x-amzn-errortype": code} if self.chance(0.5) else {}
        if not headers:
            body[self.random.choice(["__type", "__type", "code"])] = code
        if self.chance(0.1):
            headers["x-amzn-query-error"] = self.random.choice(["Other;Sender", "Other", ";", "Other;Receiver;x"])
        status = self.random.choice([400, 400, 403, 404, 409, 429, 500, 501, 301, 413])
        text = self.json(body) if self.chance(0.95) else self.random.choice(["", "nope", "[]", "null", "<html/>", '"x"'])
        return {"status": status, "headers": headers, "body": text}

    def error_in_xml(self):
        code = self.random.choice(["AccessDenied", "ExpiredToken", "Throttling", "é", ""])
        inner = self.random.choice([f"<Code>{code}</Code><Message>it is wrong</Message>", f"<Type>Sender</Type><Code>{code}</Code>",
                                    "<Message>a &lt; b</Message>", "", f"<Code>{code}</Code><Message/><Detail><A>1</A></Detail>"])
        body = self.random.choice([f"<ErrorResponse><Error>{inner}</Error><RequestId>r-1</RequestId></ErrorResponse>", "", "nope",
                                   f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>r</RequestID></Response>", "<a>"])
        return {"status": self.random.choice([400, 403, 500, 503]), "headers": {"content-type": "text/xml"}, "body": body}
