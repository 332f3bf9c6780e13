#!/usr/bin/env python3
"""Writes the interface models beside this file from the installed botocore package.

Only interface facts are kept: names, types, constraints, HTTP bindings, errors and
paginators. The prose of the models is left out; a key that this script does not know
stops it, so that nothing is dropped or taken over unseen.
"""

import gzip
import json
import pathlib

import botocore

SERVICES = {
    "connect": "2017-08-08",
    "connectparticipant": "2018-09-07",
    "customer-profiles": "2020-08-15",
    "cognito-idp": "2016-04-18",
    "sts": "2011-06-15",
}

METADATA = {
    "apiVersion", "auth", "endpointPrefix", "globalEndpoint", "jsonVersion", "protocol",
    "protocols", "serviceAbbreviation", "serviceFullName", "serviceId", "signatureVersion",
    "signingName", "targetPrefix", "uid", "xmlNamespace",
}
OPERATION = {"name", "http", "input", "output", "errors", "idempotent", "readonly", "auth", "authtype"}
REFERENCE = {"shape", "location", "locationName", "idempotencyToken", "box", "resultWrapper"}
SHAPE = {
    "type", "members", "member", "key", "value", "required", "min", "max", "pattern", "enum",
    "sensitive", "exception", "fault", "error", "union", "document", "box", "timestampFormat",
}
PROSE = {"documentation", "deprecated", "deprecatedMessage", "deprecatedSince"}

HERE = pathlib.Path(__file__).parent
DATA = pathlib.Path(botocore.__file__).parent / "data"


def kept(value, keys, where):
    """The entries of `value` whose key is known; an unknown key is an error."""
    unknown = set(value) - keys - PROSE
    if unknown:
        raise SystemExit(f"{where}: unknown keys {sorted(unknown)}")
    return {key: item for key, item in value.items() if key in keys}


def reference(value, where):
    return kept(value, REFERENCE, where)


def operation(name, value):
    value = kept(value, OPERATION, name)
    for part in ("input", "output"):
        if part in value:
            value[part] = reference(value[part], name)
    if "errors" in value:
        value["errors"] = [reference(error, name) for error in value["errors"]]
    return value


def shape(name, value):
    value = kept(value, SHAPE, name)
    for part in ("member", "key", "value"):
        if part in value:
            value[part] = reference(value[part], name)
    if "members" in value:
        value["members"] = {key: reference(item, f"{name}.{key}") for key, item in value["members"].items()}
    return value


def written(document):
    """JSON with one line per entry of each section, so that differences read well."""
    sections = []
    for section, entries in document.items():
        if isinstance(entries, dict):
            lines = (f"{json.dumps(key)}:{compact(item)}" for key, item in entries.items())
            sections.append(f"{json.dumps(section)}:{{\n" + ",\n".join(lines) + "\n}")
        else:
            sections.append(f"{json.dumps(section)}:{compact(entries)}")
    return "{" + ",\n".join(sections) + "}\n"


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def paginators(folder):
    document = json.loads((folder / "paginators-1.json").read_text())
    extras = folder / "paginators-1.sdk-extras.json"
    if extras.exists():
        for name, more in json.loads(extras.read_text())["merge"]["pagination"].items():
            document["pagination"][name].update(more)
    return {"pagination": document["pagination"]}


def extract(service, version):
    folder = DATA / service / version
    model = json.loads(gzip.open(folder / "service-2.json.gz").read())
    stripped = {
        "version": model["version"],
        "metadata": kept(model["metadata"], METADATA, service),
        "operations": {name: operation(name, value) for name, value in model["operations"].items()},
        "shapes": {name: shape(name, value) for name, value in model["shapes"].items()},
    }
    (HERE / f"{service}.json").write_text(written(stripped))
    (HERE / f"{service}.paginators.json").write_text(written(paginators(folder)))


for service, version in SERVICES.items():
    extract(service, version)
