"""Values of shapes, right and wrong ones, and their texts as JSON, YAML, shorthand and XML."""

import json
import re
import string
from xml.sax.saxutils import escape

ODD = [None, True, False, 0, -1, 1.5, 1e22, 12345678901234567890123, "", "x", "é漢😀", [], {}, [None], {"a": None}, float("nan"),
       float("inf"), -0.0, [[]], {"": 1}, "١٢", "\u0001", -(2**63), 2**63, 1e-7]
TIMES = [0, 1700000000, 1700000000.5, 1700000000123, -1, 1e17, "2024-02-29T10:20:30Z", "2024-02-29", "Thu, 29 Feb 2024 10:20:30 GMT",
         "nope", "", None, True, float("inf"), "1700000000", "2024-02-29T10:20:30.123456+05:30", "1700000000.25", "2024-02", "20240229",
         "20240229T102030Z", "2024-W09-4", "10:20", "2024-02-29 10:20", "2024-02-30", "1e9", "-5", "٢٠٢٤-٠٢-٢٩", "2024-02-29T24:00:00",
         "Feb 29 2024", "2024-02-29T10:20:30 EST", "0", 253402300800, -62135596801, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00"]
TEXTS = ["a", "some text", "é漢", "😀", "true", "null", "012", "1e3", "a=b", "a,b", "'q'", '"q"', "x\ty", "-5", "{", "[x", "@", "~", "5",
         "yes", "1_000", "0x1F", "2024-02-29", "a: b", "- a", "# x", " lead", "trail ", "l1\nl2", "l1\n", "\\", "\\n", "%41", "!x", "&a", "*a",
         "a" * 90, "1:30", ".5", "=", "<<", "|", "a #b", "\u200b", "\u2028", "\ufeffx", "None", "é" * 30]
DEPTH_MAX = 5


class Values:
    """What a shape may hold, by the model of one service."""

    def __init__(self, chance, model):
        self.random = chance
        self.model = model

    def chance(self, share):
        return self.random.random() < share

    def shape(self, reference):
        return self.model["shapes"][reference["shape"]]

    def value(self, reference, depth, wrong, full=False):
        """A value of the shape, with the share of wrong ones among its parts."""
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
            return self.random.choice([0, 1, 0.5, -1.5, 1e20, 1e16, 123456789.125, 1e-5])
        if kind == "blob":
            return self.random.choice(["aGVsbG8=", "aGVsbG8=", "", "aGVsbG8", "é", "aG Vs", "/+8=", "_-8="])
        return self.text(reference)

    def structure(self, shape, depth, wrong, full):
        if shape.get("document"):
            return {"a": self.random.choice(ODD), "b": [1, {"c": None}]}
        names = list(shape.get("members", {}))
        required = set(shape.get("required", []))
        if shape.get("union") and names and not self.chance(wrong):
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
        if shape.get("enum") and not self.chance(0.03):
            return self.random.choice(shape["enum"])
        return self.random.choice(TEXTS) if self.chance(0.5) else self.random.choice(TEXTS[:3])

    # Texts.

    def damaged(self, text, marks):
        """The text with one mark put in or one letter taken out."""
        at = self.random.randrange(len(text) + 1)
        return text[:at] + self.random.choice(marks) + text[at + self.random.choice([0, 1]):]

    def json(self, value):
        text = json.dumps(value, ensure_ascii=self.chance(0.3), indent=self.random.choice([None, None, None, 2]))
        return self.damaged(text, '{}[],:"\\ 1x') if self.chance(0.01) else text

    def yaml(self, document):
        if self.chance(0.5):
            lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in document.items()]
        else:
            lines = [f"{name}: {self.flow(value)}" if not isinstance(value, (dict, list)) or not value else f"{name}:\n" + self.block(value, 2)
                     for name, value in document.items()]
        text = "\n".join(lines) + "\n" if lines else "{}"
        text = self.random.choice(["", "", "%YAML 1.1\n---\n", "# x\n", "---\n", "%YAML 1.2\n---\n"]) + text
        return self.damaged(text, "{}[],:\"' \n\t-#&*!|>%@x") if self.chance(0.02) else text

    def block(self, value, indent):
        room = " " * indent
        if isinstance(value, dict) and value:
            return "".join(f"{room}{self.flow(name)}:" + self.below(item, indent) for name, item in value.items())
        if isinstance(value, list) and value:
            return "".join(f"{room}-" + self.below(item, indent) for item in value)
        return f"{room}{self.flow(value)}\n"

    def below(self, item, indent):
        return "\n" + self.block(item, indent + 2) if isinstance(item, (dict, list)) and item else f" {self.flow(item)}\n"

    def flow(self, value):
        """A scalar as YAML has it: plain where it may be."""
        if isinstance(value, str) and self.chance(0.6):
            return self.random.choice([value, value, "'" + value.replace("'", "''") + "'", "|\n      " + value, ">-\n      " + value])
        if isinstance(value, bool) and self.chance(0.5):
            return self.random.choice(["yes", "no", "On", "TRUE", "y", "~"])
        if isinstance(value, (int, float)) and self.chance(0.2):
            return self.random.choice(["0x1f", "0o17", "017", "1_000", ".inf", ".NaN", "+5", "1.", "1e3", "1:30", "0b11", "1.5e+3", "2024-02-29"])
        return json.dumps(value)

    def shorthand(self, value):
        if isinstance(value, list):
            words = [self.short(item) for item in value] or ["[]"]
        else:
            words = [self.short(value)]
        if self.chance(0.08):
            words[0] = self.damaged(words[0], "{}[]=,'\"\\ @:x")
        return words

    def short(self, value):
        if isinstance(value, dict):
            joined = self.random.choice([",", ",", ",", ", "]).join(f"{name}{self.equals()}{self.inner(item)}" for name, item in value.items())
            return joined or "x"
        return str(value)

    def equals(self):
        return self.random.choice(["="] * 12 + [" = ", "@=", " ="])

    def inner(self, value):
        if isinstance(value, dict):
            return "{" + self.short(value) + "}"
        if isinstance(value, list):
            if value and not isinstance(value[0], (dict, list)) and self.chance(0.3):
                return ",".join(self.inner(item) for item in value)
            return "[" + ",".join(self.inner(item) for item in value) + "]"
        text = str(value)
        return self.random.choice([text, text, f"'{text}'", f'"{text}"'])

    def xml(self):
        """An answer of a service with the query protocol."""
        name = self.operation["name"]
        if "output" not in self.operation or self.chance(0.1):
            return self.random.choice([f"<{name}Response/>", "", "nope", "<a>", f"<{name}Response><x/></{name}Response>"])
        document = self.value(self.operation["output"], 0, 0, full=True)
        inner = self.elements(document)
        wrapper = self.operation["output"].get("resultWrapper", f"{name}Result")
        space = self.random.choice(['', ' xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'])
        return f"<{name}Response{space}><{wrapper}>{inner}</{wrapper}><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{name}Response>"

    def elements(self, value):
        if isinstance(value, dict):
            return "".join(f"<{name}>{self.elements(item)}</{name}>" for name, item in value.items() if re.fullmatch(r"[A-Za-z]\w*", name))
        if isinstance(value, list):
            return "".join(f"<member>{self.elements(item)}</member>" for item in value)
        if isinstance(value, bool):
            return str(value).lower()
        return escape("".join(c for c in str(value) if c.isprintable() or c in "\n\t"))
