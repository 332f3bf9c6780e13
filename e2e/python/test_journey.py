"""The journey and its other ends, with boto3."""

import concurrent.futures
import os
import subprocess
from pathlib import Path

import botocore
import botocore.exceptions
import pytest

from conftest import HUNG, PROGRAM, Chat, Service


def test_a_customer_signs_in(service, chat, profiles):
    answer = chat.sign_in()
    assert set(answer) == {"code", "state"}
    chat.answer(State=answer["state"], Code=answer["code"])
    assert chat.wait("participant.displayname.updated")["DisplayName"] == "Ada"
    chat.wait("authentication.succeeded")
    chat.wait("You are signed in.")
    [profile] = profiles(service.ready["username"])
    assert (profile["FirstName"], profile["LastName"]) == ("Ada", "Lovelace")
    said = chat.authentication()
    assert said["Status"] == "AUTHENTICATED"
    assert said["AssociatedCustomerId"] == profile["ProfileId"]
    assert said["ClientId"] == service.ready["user_pool_client_id"]
    assert said["AuthenticationMethod"] == "CONNECT"


def test_an_error_takes_the_error_branch(chat):
    chat.answer(State=chat.state(), Error="access_denied", ErrorDescription="the customer declined")
    chat.wait("authentication.failed")
    chat.wait("Sign-in failed.")
    assert chat.authentication()["Status"] == "FAILED"


def test_cancel_takes_opted_out(chat):
    chat.participant.cancel_participant_authentication(SessionId=chat.session(), ConnectionToken=chat.token)
    chat.wait("authentication.cancelled")
    chat.wait("You continue without signing in.")


def test_the_time_limit_takes_timeout(service, chat):
    chat.url()
    service.advance(3 * 60)
    chat.wait("authentication.timeout")
    chat.wait("Sign-in timed out.")
    assert chat.authentication()["Status"] == "TIMEOUT"


def test_a_wrong_code_ends_in_error(chat):
    chat.answer(State=chat.state(), Code="not-a-code")
    chat.wait("authentication.failed")
    chat.wait("Sign-in failed.")


def test_a_used_code_ends_in_error(service, chat):
    used = chat.sign_in()
    chat.answer(State=used["state"], Code=used["code"])
    chat.wait("authentication.succeeded")
    other = Chat(service)
    other.answer(State=other.state(), Code=used["code"])
    other.wait("authentication.failed")


def test_of_ten_answers_at_once_one_is_taken(service, chat):
    answer = chat.sign_in()

    def once(_):
        try:
            chat.answer(client=service.client("connect"), State=answer["state"], Code=answer["code"])
            return 200
        except botocore.exceptions.ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(once, range(10)))
    assert statuses == [200] + [409] * 9
    chat.wait("authentication.succeeded")


def refusal(call):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


LONG = {"State": 1001, "InstanceId": 101, "Code": 2049, "Error": 2049, "ErrorDescription": 2049}


@pytest.mark.parametrize("members, status, code, names", [
    ({"State": "unknown", "Code": "c"}, 400, "InvalidRequestException", "State"),
    ({"Code": None}, 400, "InvalidRequestException", "Code"),
    ({"Code": "c", "Error": "e"}, 400, "InvalidRequestException", "Error"),
    ({"Error": 'quo"te'}, 400, "InvalidParameterException", "Error"),
    ({"Error": "e", "ErrorDescription": "back\\slash"}, 400, "InvalidParameterException", "ErrorDescription"),
    *[({"Code": "c", name: "x" * length}, 400, "InvalidParameterException", name) for name, length in LONG.items()],
    ({"Code": "c", "InstanceId": "00000000-0000-0000-0000-000000000000"}, 403, "AccessDeniedException", ""),
])
def test_bad_input_is_refused_and_changes_nothing(chat, members, status, code, names):
    state = chat.state()
    before = (chat.transcript(), chat.authentication())
    given = {name: value for name, value in {"State": state, **members}.items() if value is not None}
    said = refusal(lambda: chat.answer(**given))
    assert said[:2] == (status, code)
    assert names in said[2]
    assert (chat.transcript(), chat.authentication()) == before
    # The sign-in is as good as before.
    chat.answer(State=state, Error="access_denied")
    chat.wait("authentication.failed")


def test_a_second_answer_is_a_conflict(chat):
    state = chat.state()
    chat.answer(State=state, Error="access_denied")
    assert refusal(lambda: chat.answer(State=state, Error="access_denied"))[:2] == (409, "ConflictException")


def test_wrong_keys_are_refused(service, chat):
    state = chat.state()
    for client, code in [
        (service.client("connect", secret="wrong"), "InvalidSignatureException"),
        (service.client("connect", key="AKIAUNKNOWNUNKNOWN"), "UnrecognizedClientException"),
    ]:
        said = refusal(lambda client=client: chat.answer(client=client, State=state, Error="e"))
        assert said[:2] == (403, code)
    chat.answer(State=state, Error="access_denied")


def test_a_key_whose_policy_does_not_allow_it_is_refused(tmp_path):
    plan = """
    [[access_key]]
    id = "AKIAREADERREADER"
    secret = "reader"
    policy = '{"Statement":[{"Effect":"Allow","Action":"connect:Describe*","Resource":"*"}]}'
    """
    (tmp_path / "plan.toml").write_text(plan)
    running = Service(tmp_path, "--bootstrap", str(tmp_path / "plan.toml")).start()
    try:
        client = running.client("connect", "AKIAREADERREADER", "reader")
        said = refusal(lambda: client.update_participant_authentication(State="s", InstanceId="i", Code="c"))
        assert said[:2] == (403, "AccessDeniedException")
        assert "UpdateParticipantAuthentication" in said[2]
    finally:
        running.stop()


def test_another_chats_tokens_open_nothing(service, chat):
    other = Chat(service)
    participant = chat.participant
    assert refusal(lambda: participant.get_authentication_url(
        SessionId=chat.session(), RedirectUri=chat.redirect_uri(), ConnectionToken=other.token))[0] in (400, 403)
    assert refusal(lambda: participant.cancel_participant_authentication(
        SessionId=chat.session(), ConnectionToken=other.token))[0] in (400, 403)
    assert refusal(lambda: participant.create_participant_connection(
        ParticipantToken=chat.token, Type=["CONNECTION_CREDENTIALS"]))[:2] == (403, "AccessDeniedException")
    # A code got in one chat fails in another: it is bound by the code verifier.
    mine = chat.sign_in()
    other.answer(State=other.state(), Code=mine["code"])
    other.wait("authentication.failed")


MODEL = Path(botocore.__file__).parent / "data" / "connect" / "2017-08-08" / "service-2.json"


def command_line(program, service, home, chat, answer):
    home.mkdir(exist_ok=True)
    return subprocess.run(
        [program, "connect", "update-participant-authentication", "--endpoint-url", service.ready["url"],
         "--instance-id", service.ready["instance_id"], "--state", answer["state"], "--code", answer["code"]],
        env=service.environment(home), capture_output=True, text=True, timeout=HUNG,
    )


def test_the_command_makes_the_call(service, chat, tmp_path):
    done = command_line(PROGRAM, service, tmp_path / "home", chat, chat.sign_in())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    chat.wait("authentication.succeeded")


@pytest.mark.skipif(not os.path.exists("/usr/bin/aws"), reason="Debian's awscli is not installed")
def test_the_aws_cli_makes_the_call(service, chat, tmp_path):
    model = tmp_path / "home/.aws/models/connect/2017-08-08/service-2.json"
    model.parent.mkdir(parents=True)
    # Newer botocore packages keep their models compressed.
    if MODEL.exists():
        model.write_bytes(MODEL.read_bytes())
    else:
        import gzip
        model.write_bytes(gzip.decompress(MODEL.with_suffix(".json.gz").read_bytes()))
    done = command_line("/usr/bin/aws", service, tmp_path / "home", chat, chat.sign_in())
    assert done.returncode == 0, done.stderr
    chat.wait("authentication.succeeded")
