"""Words of the command line: global options, queries, commands beside the services, and mistakes."""

ERROR_FORMATS = ["legacy", "json", "yaml", "text", "table", "enhanced", "nope"]
GLOBALS = [["--region", "eu-west-1"], ["--region", "x y"], ["--region", ""], ["--profile", "nobody"], ["--no-sign-request"], ["--no-verify-ssl"],
           ["--color", "on"], ["--color", "off"], ["--color", "x"], ["--cli-read-timeout", "5"], ["--cli-read-timeout", "x"],
           ["--cli-connect-timeout", "0"], ["--cli-connect-timeout", "1.5"], ["--cli-connect-timeout", "٥"], ["--ca-bundle", "missing.pem"],
           ["--no-cli-pager"], ["--cli-binary-format", "raw-in-base64-out"], ["--cli-binary-format", "base64"], ["--cli-binary-format", "x"],
           ["--endpoint-url", "nope"], ["--endpoint-url", "http://"], ["--endpoint-url", "ftp://127.0.0.1"], ["--output", "xml"], ["--v2-debug"],
           ["--no-cli-auto-prompt"], ["--version"], ["--outputx", "json"], ["--quer", "a"], ["--output"], ["extra"], ["--", "x"], ["-h"]]
TOKENS = ["eyJOZXh0VG9rZW4iOiAidG9rZW4tMCJ9", "eyJOZXh0VG9rZW4iOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==", "x", "", "None___1",
          "token___1", "token___x", "None", "eyJhIjogMX0=", "e30=", "W10=", "é"]
NEAR = ["serve", "demo", "relay", "conect", "connect-", "stss", "cognito", "cognito-idpp", "custmer-profiles", "connectparticipants", "Connect", "",
        "ec", "lambd", "--x", "sts get", "help-me", "s33", "configur", "é", "logon", "ssoo"]
COMMANDS = [["configure", "list"], ["configure", "list-profiles"], ["configure", "get", "region"], ["configure", "get", "default.region"],
            ["configure", "get", "a.b.c"], ["configure", "get", "profile.dev.region"], ["configure", "get"], ["configure", "get", "role_arn"],
            ["configure", "set", "region", "eu-west-1"], ["configure", "set", "default.output", "text"], ["configure", "set", "a b", "c"],
            ["configure", "set", "profile.new.region", "x"], ["configure", "set", "aws_access_key_id", "AK"], ["configure", "set", "x"],
            ["configure", "set", "region", ""], ["configure", "set", "aws_session_token", "é #x"], ["configure", "export-credentials"],
            ["configure", "export-credentials", "--format", "env"], ["configure", "export-credentials", "--format", "powershell"],
            ["configure", "export-credentials", "--format", "windows-cmd"], ["configure", "export-credentials", "--format", "fish"],
            ["configure", "export-credentials", "--format", "env-no-export"], ["configure", "export-credentials", "--format", "x"],
            ["configure", "nope"], ["configure", "lst"], ["configure", "import"], ["configure", "import", "--csv", "file://keys.csv"], [],
            ["--version"], ["--version", "x"], ["sts"], ["connect"], ["sts", "nope"], ["sts", "get-caller-identit"], ["connect", "describe-instanc"],
            ["connect", "--x"], ["--x"], ["--output", "text"], ["--profile"], ["--region", "x", "--nope"], ["connect", ""], ["sso", "logout"], ["logout"],
            ["logout", "--all"], ["logout", "x"], ["sso", "logout", "x"], ["sso"], ["sso", "logout", "--x"], ["configure", "set", "--x"],
            ["cognito-idp", "lst-users"], ["sts", "wait"], ["connect", "wait"], ["connect", "wait", "x"], ["configure", "list", "--x"]]


def command(chance):
    """A call that is no operation."""
    if chance.random() < 0.3:
        return [chance.choice(NEAR), *chance.choice([[], ["x"], ["--x"], ["help-"], ["get-caller-identity"]])]
    options = chance.choice([[], [], [], ["--profile", "dev"], ["--profile", "nobody"], ["--region", "eu-west-1"], ["--output", "text"],
                             ["--output", "x"], ["--query", "a"], ["--cli-error-format", "json"], ["--no-cli-pager"]])
    return [*chance.choice(COMMANDS), *options]


def query(chance, names):
    """An expression over an answer with these members."""
    name, other = [chance.choice(names) if names else "A" for _ in range(2)]
    forms = ["@", "keys(@)", name, f"{name}[]", f"{name}[0]", f"{name}[*].*", f"length({name})", f"to_string({name})", f"sort({name})",
             f"{name} || `1`", f"[{name}, `null`]", f"{{a: {name}}}", "*", "[", f"{name}[?a=='b']", f"{name}[-1]", f"{name}[::-1]", f"{name}[0:1].Id",
             f"{{a: {name}, b: {other}}}", f"[{name}, {other}]", f"{name}.{other}", f"not_null({name}, {other})", f"type({name})", f"to_array({name})",
             f"{name} == {other}", f"!{name}", f"{name} && {other}", f"max({name})", f"join(',', {name})", f"sort_by({name}, &Id)", f"values({name})",
             f"map(&Name, {name})", f"{name}[?contains(@, 'a')]", f"to_number({name})", f"reverse({name})", f"avg({name})", f"sum({name})",
             f"abs({name})", f"ceil({name})", f"merge(@, @)", f"contains({name}, 'a')", f"starts_with({name}, 'a')", f"{name} | [0]", f"{name}[]|[]",
             f'"{name}"', f"'{name}'", "`{\"a\": [1, 2.0, null]}`", "`nope`", "", " ", f"{name}[", f"{name}.", f"nope({name})", f"length({name}, 1)", "a.b.c",
             f"{name}[?Id > `1`]", f"{name}[*].[Id, Name]", f"@.{name}[*].{{i: Id, n: Name}}", f"max_by({name}, &Id)", f"{name}[0][0]", "ResponseMetadata",
             "*.*", "*[0]", "keys(@)[0]", "é", "a-b", "`1` < `2`", "length(@)", "@[0]", f"{name}[?!Id]", f"{name}[?Id].Id | [0]", "`\"é\"`", "$", "[*]", "[]"]
    return chance.choice(forms)


def mistaken(chance, argv):
    """The words with one mistake of a hurried hand."""
    argv = list(argv)
    at = chance.randrange(len(argv))
    word = argv[at]
    way = chance.randrange(6)
    if way == 0 and len(word) > 1:
        spot = chance.randrange(len(word))
        argv[at] = word[:spot] + word[spot + 1:]
    elif way == 1:
        del argv[at]
    elif way == 2:
        argv.insert(at, word)
    elif way == 3:
        argv.insert(at, chance.choice(["x", "--x", "--", "-x", "", "--output", "--no-x", "--region=", "--query=a"]))
    elif way == 4 and word.startswith("--"):
        argv[at] = word[: chance.randrange(3, len(word) + 1)]
    else:
        argv[at] = word.upper()
    return argv
