"""Where a call is made: settings of the environment and of profiles, and sources of keys with their answers."""

import hashlib
import json

FAR, PAST = "2199-01-01T00:00:00Z", "2001-01-01T00:00:00Z"
START_URL = "https://x.example/start"
ROLE = "arn:aws:iam::123456789012:role/r"
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
BOOLEANS = ["true", "false", "no", "0", "", "TRUE", "x", "1"]

# Settings by their name in a profile and in the environment (either may be missing), with values that make sense or not.
SETTINGS = [
    ("parameter_validation", None, ["false", "no", "0", "", "true", "FALSE", "False"]),
    ("cli_timestamp_format", None, ["wire", "iso8601", "wire", "iso8601", "x", "none", ""]),
    ("cli_binary_format", None, ["base64", "raw-in-base64-out", "x", ""]),
    ("cli_error_format", "AWS_CLI_ERROR_FORMAT", ["legacy", "json", "yaml", "text", "table", "enhanced", "x", ""]),
    ("output", "AWS_DEFAULT_OUTPUT", ["json", "yaml", "text", "table", "yaml-stream", "off", "xml", ""]),
    ("region", "AWS_REGION", ["eu-west-1", "us-gov-west-1", "cn-north-1", "x y", "", "-a", "a" * 64, "us-iso-east-1"]),
    ("retry_mode", "AWS_RETRY_MODE", ["standard", "legacy", "adaptive", "x", ""]),
    ("max_attempts", "AWS_MAX_ATTEMPTS", ["1", "0", "-1", "x", "", "1.5", "١"]),
    ("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", BOOLEANS),
    ("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT", BOOLEANS),
    ("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ["false", "", "FALSE", "0"]),
    ("request_min_compression_size_bytes", "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", ["0", "x", "-1", "10485761", "", "1.5"]),
    ("disable_request_compression", "AWS_DISABLE_REQUEST_COMPRESSION", BOOLEANS),
    ("request_checksum_calculation", "AWS_REQUEST_CHECKSUM_CALCULATION", ["when_supported", "when_required", "WHEN_REQUIRED", "x", ""]),
    ("response_checksum_validation", "AWS_RESPONSE_CHECKSUM_VALIDATION", ["when_supported", "when_required", "x", ""]),
    ("account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE", ["preferred", "disabled", "required", "x", "", "DISABLED"]),
    ("sigv4a_signing_region_set", "AWS_SIGV4A_SIGNING_REGION_SET", ["us-east-1", "*", "", "a,b"]),
    ("auth_scheme_preference", "AWS_AUTH_SCHEME_PREFERENCE", ["sigv4", "sigv4a", "x", "", "noAuth"]),
    ("endpoint_discovery_enabled", "AWS_ENDPOINT_DISCOVERY_ENABLED", ["true", "false", "auto", "x", ""]),
    ("disable_host_prefix_injection", "AWS_DISABLE_HOST_PREFIX_INJECTION", BOOLEANS),
    ("s3_us_east_1_regional_endpoint", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", ["x", "legacy"]),
    ("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS", ["legacy", "regional", "x"]),
    ("defaults_mode", "AWS_DEFAULTS_MODE", ["standard", "in-region", "legacy", "x", "mobile"]),
    ("tcp_keepalive", None, BOOLEANS),
    ("connect_timeout", None, ["1", "x"]),
    ("cli_pager", "AWS_PAGER", ["", "cat", "nope"]),
    ("cli_history", None, ["disabled", "x"]),
    ("cli_auto_prompt", "AWS_CLI_AUTO_PROMPT", ["off", "", "x"]),
    ("cli_follow_urlparam", None, ["true", "false", "x"]),
    ("cli_help_output", None, ["terminal", "x"]),
    ("sdk_ua_app_id", "AWS_SDK_UA_APP_ID", ["app", "a" * 60, "é", ""]),
    ("ca_bundle", "AWS_CA_BUNDLE", ["missing.pem", ""]),
    ("endpoint_url", "AWS_ENDPOINT_URL", ["$ENDPOINT", "nope", "", "http://"]),
    ("services", None, ["mine", "nobody", ""]),
    ("s3", None, ["\n  addressing_style = path", "x", ""]),
    ("api_versions", None, ["\n  connect = 2017-08-08", "\n  connect = 1999-01-01", "x"]),
    (None, "TZ", ["America/New_York", "Asia/Kolkata", "UTC", "x/y", ""]),
    (None, "COLUMNS", ["40", "200", "x", "0"]),
    (None, "AWS_CLI_OUTPUT_ENCODING", ["latin-1", "ascii", "utf-16", "x"]),
    (None, "AWS_CLI_FILE_ENCODING", ["latin-1", "ascii", "utf-8", "x", "utf-16"]),
    (None, "AWS_PROFILE", ["dev", "nobody", "", "default", "a b"]),
    (None, "AWS_DEFAULT_PROFILE", ["dev", "nobody"]),
    (None, "AWS_DEFAULT_REGION", [None, "eu-west-1", ""]),
    (None, "AWS_CONFIG_FILE", ["$HOME/other", "missing", ""]),
    (None, "AWS_SHARED_CREDENTIALS_FILE", ["$HOME/keys", "missing"]),
    (None, "AWS_SESSION_TOKEN", ["token", "", "é"]),
    (None, "AWS_ACCOUNT_ID", ["123456789012", ""]),
    (None, "AWS_ACCESS_KEY_ID", [None, "", "AK"]),
    (None, "AWS_SECRET_ACCESS_KEY", [None, "", "é"]),
    (None, "AWS_CREDENTIAL_EXPIRATION", [FAR, PAST, "x"]),
    (None, "NO_COLOR", ["1"]),
    (None, "HTTP_PROXY", ["", "nope"]),
    (None, "http_proxy", ["$ENDPOINT", ""]),
    (None, "no_proxy", ["127.0.0.1", "*"]),
    (None, "AWS_EXECUTION_ENV", ["x"]),
    (None, "AWS_ENDPOINT_URL_STS", ["nope", "$ENDPOINT"]),
    (None, "AWS_ENDPOINT_URL_CONNECT", ["nope", "$ENDPOINT"]),
]
# Lines of the shared files that are no settings.
LINES = ["[", "x", "= y", "region", "[default]", "# a comment", "; another", "  indented = 1", "[profile dev]", "a = b = c", "[profile 'quoted name']",
         "[profile a b]", "region = us-west-2 # not a comment", "s3 =\n  x", "s3 =\n  a = b\n c = d", "[sso-session x]", "[plugins]", "output=text",
         "REGION = eu-west-1", "region : eu-west-1", "%x = %(y)s", "[profile]", "[profile dev", "[profile  dev]", "aws_access_key_id = AKFILE"]


class Surroundings:
    """The environment, the files and the answers that precede the operation's own."""

    def __init__(self, chance, service):
        self.random = chance
        self.service = service
        self.env, self.files, self.answers = {"AWS_MAX_ATTEMPTS": "1"}, {}, []
        self.default, self.more = [], ""
        self.addressed = False
        if self.chance(0.5):
            for _ in range(self.random.choice([1, 1, 1, 2, 3])):
                self.setting()
        if self.chance(0.25):
            self.keys()
        if self.chance(0.04):
            self.more += self.random.choice(LINES) + "\n"

    def chance(self, share):
        return self.random.random() < share

    def setting(self):
        name, variable, meant = self.random.choice(SETTINGS)
        value = self.random.choice(meant)
        if name and (not variable or self.chance(0.5)):
            self.default.append((name, value))
            if value == "mine":
                address = self.random.choice(["$ENDPOINT", "nope", "", "http://"])
                self.more += f"[services mine]\n{self.service.replace('-', '_')} =\n  endpoint_url = {address}\n"
        else:
            self.env[variable] = value
        if self.chance(0.3) and "endpoint_url" in (name or "") or value == "mine":
            self.addressed = True

    def finish(self):
        """Writes the shared file, if anything is to stand in it."""
        text = "".join(f"{name} = {value}\n" for name, value in self.default)
        if self.chance(0.2):
            self.more += "[profile dev]\nregion = eu-central-1\noutput = yaml\n"
        if text or self.more:
            self.files[".aws/config"] = f"[default]\n{text}{self.more}"
        if self.env.get("AWS_CONFIG_FILE") == "$HOME/other":
            self.files["other"] = "[default]\nregion = ap-south-1\n"
        if self.env.get("AWS_SHARED_CREDENTIALS_FILE") == "$HOME/keys":
            self.files["keys"] = "[default]\naws_access_key_id = AKOTHER\naws_secret_access_key = s\n"
        if self.env.get("AWS_CLI_OUTPUT_ENCODING") == "x" and self.chance(0.5):
            del self.env["AWS_CLI_OUTPUT_ENCODING"]

    # Sources of keys.

    def keys(self):
        self.env.update(NO_KEYS)
        self.random.choice([self.files_of_keys, self.role, self.role, self.chain, self.web_identity, self.process, self.sso, self.sso_session,
                            self.container, self.instance, self.login, self.nothing])()

    def served(self):
        """The server answers for every service."""
        self.env["AWS_ENDPOINT_URL"] = "$ENDPOINT"

    def nothing(self):
        if self.chance(0.3):
            self.env["AWS_ACCESS_KEY_ID"] = "AK"

    def files_of_keys(self):
        lines = self.random.choice([
            "aws_access_key_id = AKFILE\naws_secret_access_key = s\n", "aws_access_key_id = AKFILE\n", "aws_secret_access_key = s\n",
            "aws_access_key_id = AKFILE\naws_secret_access_key = s\naws_session_token = t\n", "aws_access_key_id =\naws_secret_access_key =\n",
            "aws_access_key_id = AKFILE\naws_secret_access_key = s\naws_account_id = 123456789012\n", "aws_access_key_id = é\naws_secret_access_key = é\n"])
        if self.chance(0.5):
            self.files[".aws/credentials"] = f"[default]\n{lines}"
        else:
            self.default += [tuple(line.split(" =", 1)) for line in lines.splitlines()]

    def role_answer(self, action="AssumeRole"):
        keys = "<AccessKeyId>AKROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        until = self.random.choice([FAR] * 6 + [PAST, "nope", ""])
        user = self.random.choice(["<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>", "",
                                   "<AssumedRoleUser><Arn>nope</Arn></AssumedRoleUser>"])
        body = f"<{action}Response><{action}Result><Credentials>{keys}<Expiration>{until}</Expiration></Credentials>{user}</{action}Result></{action}Response>"
        wrong = {"status": 403, "body": "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"}
        answer = wrong if self.chance(0.15) else {"body": body if self.chance(0.95) else self.random.choice(["", "<a/>", "nope"])}
        return {**answer, "headers": {"content-type": "text/xml"}}

    def role(self):
        self.served()
        extra = self.random.choice(["", "", "role_session_name = me\n", "external_id = x\n", "duration_seconds = 900\n", "duration_seconds = x\n",
                                    "duration_seconds = 1.5\n", "mfa_serial = arn:aws:iam::1:mfa/x\n", "role_session_name = a b\n", "duration_seconds =\n",
                                    "source_profile = base\n"])
        source = self.random.choice(["source_profile = base\n"] * 5 + [
            "credential_source = Environment\n", "credential_source = Ec2InstanceMetadata\n", "credential_source = EcsContainer\n",
            "credential_source = x\n", "source_profile = nobody\n", "", "source_profile = default\n", "source_profile = r\n",
            "source_profile = base\ncredential_source = Environment\n", "credential_source = environment\n", "credential_source =\n"])
        if "Environment" in source and self.chance(0.8):
            self.env.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="a-secret")
        base = self.random.choice(["aws_access_key_id = AKBASE\naws_secret_access_key = s\n"] * 4 + ["", "aws_access_key_id = AKBASE\n", "region = eu-west-1\n",
                                  "credential_process = cat process.json\n", "aws_access_key_id = AKBASE\naws_secret_access_key = s\nregion = eu-west-1\n"])
        self.files["process.json"] = json.dumps({"Version": 1, "AccessKeyId": "AKPROCESS", "SecretAccessKey": "s"})
        arn = self.random.choice([ROLE] * 4 + ["nope", "", "x y"])
        self.more += f"[profile r]\nrole_arn = {arn}\n{source}{extra}[profile base]\n{base}"
        self.env["AWS_PROFILE"] = "r"
        self.answers.append(self.role_answer())

    def chain(self):
        self.served()
        last = self.random.choice(["aws_access_key_id = AKBASE\naws_secret_access_key = s\n", "source_profile = a\n", "source_profile = c\n",
                                   "source_profile = c\naws_access_key_id = AKBASE\naws_secret_access_key = s\n", ""])
        self.more += f"[profile a]\nrole_arn = {ROLE}1\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}2\nsource_profile = c\n"
        self.more += f"[profile c]\n" + (f"role_arn = {ROLE}3\n" if "source" in last else "") + last
        self.env["AWS_PROFILE"] = "a"
        self.answers += [self.role_answer(), self.role_answer()]
        if "source_profile = c" in last:
            self.answers.append(self.role_answer())

    def web_identity(self):
        self.served()
        if self.chance(0.9):
            self.files["token"] = self.random.choice(["a-token", "a-token\n", "", "é", "a" * 3000])
        name = self.random.choice([None, "me", ""])
        if self.chance(0.5):
            self.env.update(AWS_WEB_IDENTITY_TOKEN_FILE="$HOME/token", AWS_ROLE_ARN=self.random.choice([ROLE, None, ""]))
            if name is not None:
                self.env["AWS_ROLE_SESSION_NAME"] = name
        else:
            self.default += [("role_arn", ROLE), ("web_identity_token_file", "$HOME/token")]
            if name is not None:
                self.default.append(("role_session_name", name))
            if self.chance(0.3):
                self.more += f"[profile o]\nrole_arn = {ROLE}2\nsource_profile = default\n"
                self.env["AWS_PROFILE"] = "o"
                self.answers.append(self.role_answer("AssumeRoleWithWebIdentity"))
                self.answers.append(self.role_answer())
                return
        self.answers.append(self.role_answer("AssumeRoleWithWebIdentity"))

    def process(self):
        good = {"Version": 1, "AccessKeyId": "AKPROCESS", "SecretAccessKey": "s"}
        document = self.random.choice([
            good, {**good, "SessionToken": "t"}, {**good, "Expiration": FAR}, {**good, "Expiration": PAST}, {**good, "Expiration": "nope"}, {**good, "Version": 2},
            {**good, "Version": "1"}, {"Version": 1}, {"Version": 1, "AccessKeyId": "AK"}, {}, [], None, 5, {**good, "AccountId": "123456789012"},
            {**good, "SessionToken": "t", "Expiration": FAR, "AccountId": 5}, {**good, "AccessKeyId": 5}, {**good, "AccessKeyId": None}, {"Version": 1.0, **good},
            {**good, "Version": True}, {**good, "Version": None}, {**good, "Expiration": 5}, {**good, "Expiration": ""}, {**good, "AccessKeyId": ""}])
        self.files["process.json"] = json.dumps(document) if self.chance(0.93) else self.random.choice(["", "nope", "{", "NaN", "\ufeff{}"])
        command = self.random.choice(["cat process.json"] * 6 + ["cat 'process.json'", "nope", "false", "sh -c 'echo no >&2; exit 3'", "'unclosed", "",
                                      "cat missing", "cat $HOME/process.json", "sh -c \"cat process.json\"", "cat process.json # x"])
        self.default.append(("credential_process", command))

    def token(self, name):
        document = {"startUrl": START_URL, "region": "us-west-2", "accessToken": "a-token", "expiresAt": self.random.choice([FAR, FAR, FAR, PAST, "nope"])}
        if self.chance(0.4):
            document.update(clientId="c", clientSecret="s", refreshToken="r", registrationExpiresAt=self.random.choice([FAR, PAST]))
        if self.chance(0.1):
            document.pop(self.random.choice(sorted(document)))
        if self.chance(0.9):
            self.files[f".aws/sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json"] = json.dumps(document)
        if "refreshToken" in document and document.get("expiresAt") == PAST and document.get("registrationExpiresAt") == FAR:
            self.answers.append(self.random.choice([{"body": json.dumps({"accessToken": "new", "expiresIn": 3600, "refreshToken": "r2"})},
                                                    {"status": 400, "body": json.dumps({"error": "invalid_grant"})}]))

    def sso_answer(self):
        keys = {"accessKeyId": "AKSSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": self.random.choice([7226582400000, 1, 7226582400])}
        refused = {"status": 401, "headers": {"x-amzn-errortype": "UnauthorizedException"}, "body": json.dumps({"message": "no"})}
        self.answers.append({"body": json.dumps({"roleCredentials": keys})} if self.chance(0.8) else self.random.choice(
            [refused, {"status": 403, "body": json.dumps({"message": "no", "__type": "ForbiddenException"})}, {"body": "{}"}]))

    def sso(self):
        self.served()
        self.default += [("sso_region", "us-west-2"), ("sso_start_url", START_URL), ("sso_account_id", "123456789012"), ("sso_role_name", "r")]
        if self.chance(0.15):
            del self.default[self.random.randrange(len(self.default))]
        self.token(START_URL)
        self.sso_answer()
        self.behind_a_role()

    def sso_session(self):
        self.served()
        self.default += [("sso_session", self.random.choice(["corp"] * 6 + ["nobody", ""])), ("sso_account_id", "123456789012"), ("sso_role_name", "r")]
        if self.chance(0.2):
            self.default.append(self.random.choice([("sso_region", "us-west-2"), ("sso_region", "eu-west-1"), ("sso_start_url", "x")]))
        if self.chance(0.1):
            del self.default[-1]
        self.more += "[sso-session corp]\n" + self.random.choice([f"sso_region = us-west-2\nsso_start_url = {START_URL}\n"] * 5 + ["sso_region = us-west-2\n", ""])
        self.token("corp")
        self.sso_answer()
        self.behind_a_role()

    def behind_a_role(self):
        if self.chance(0.2):
            self.more += f"[profile o]\nrole_arn = {ROLE}\nsource_profile = default\n"
            self.env["AWS_PROFILE"] = "o"
            self.answers.append(self.role_answer())

    def container(self):
        self.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = self.random.choice(["$ENDPOINT/keys"] * 6 + ["http://10.0.0.1/x", "nope", "", "https://127.0.0.1:1/x"])
        if self.chance(0.4):
            self.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = self.random.choice(["a-token", "Basic x", "", "a\nb", "a\r"])
        if self.chance(0.3):
            self.files["token"] = self.random.choice(["from a file", "line\n", "", "a\nb"])
            self.env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = self.random.choice(["$HOME/token", "missing", ""])
        good = {"AccessKeyId": "AKCONTAINER", "SecretAccessKey": "s", "Token": "t", "Expiration": FAR}
        document = self.random.choice([good, good, good, {**good, "AccountId": "123456789012"}, {**good, "Expiration": PAST}, {**good, "Token": None}, {},
                                       {"AccessKeyId": "AK"}, {**good, "Expiration": "nope"}, []])
        self.answers.append({"body": json.dumps(document) if self.chance(0.95) else "nope"})

    def instance(self):
        self.env.update(AWS_EC2_METADATA_DISABLED=self.random.choice(["false", "", "x", "False"]), AWS_EC2_METADATA_SERVICE_ENDPOINT="$ENDPOINT",
                        AWS_METADATA_SERVICE_NUM_ATTEMPTS="1")
        if self.chance(0.1):
            self.env[self.random.choice(["AWS_EC2_METADATA_V1_DISABLED", "AWS_IMDS_USE_IPV6"])] = self.random.choice(BOOLEANS)
        good = {"Code": "Success", "AccessKeyId": "AKINSTANCE", "SecretAccessKey": "s", "Token": "t", "Expiration": FAR, "Type": "AWS-HMAC"}
        document = self.random.choice([good] * 4 + [{**good, "AccountId": "123456789012"}, {**good, "Expiration": PAST}, {"Code": "Failed", "Message": "no"}, {},
                                                     {**good, "Token": None}, []])
        token = self.random.choice([{"body": "a-token"}] * 5 + [{"status": 404}, {"status": 403}, {"status": 400}, {"body": "a\n"}, {"body": ""}, {"status": 500}])
        names = self.random.choice([{"body": "a-role"}] * 5 + [{"body": "a-role\nb-role"}, {"body": ""}, {"status": 404}, {"status": 401}, {"body": "a role/é"}])
        self.answers += [token, names, {"body": json.dumps(document) if self.chance(0.95) else "nope"}]

    def login(self):
        arn = self.random.choice(["arn:aws:iam::123456789012:user/u"] * 5 + ["", "x"])
        self.default.append(("login_session", arn))
        keys = {"accessKeyId": "AKLOGIN", "secretAccessKey": "s", "sessionToken": "t", "accountId": "123456789012", "expiresAt": FAR}
        document = {"accessToken": keys, "tokenType": "aws_sigv4", "clientId": "c", "refreshToken": "r", "idToken": "i", "dpopKey": "k"}
        if self.chance(0.2):
            document.pop(self.random.choice(sorted(document)))
        if self.chance(0.1):
            keys.pop(self.random.choice(sorted(keys)))
        if self.chance(0.9):
            self.files[f".aws/login/cache/{hashlib.sha256(arn.encode()).hexdigest()}.json"] = json.dumps(document)
