"""The log shows one sign-in's life with its contact id, and never a secret."""

from conftest import Chat, Service


def test_a_sign_ins_life_is_logged_without_its_secrets(tmp_path):
    service = Service(tmp_path, "--log-level", "trace", "--log-format", "json").start()
    try:
        chat = Chat(service)
        answer = chat.sign_in()
        chat.answer(State=answer["state"], Code=answer["code"])
        chat.wait("You are signed in.")
    finally:
        service.stop()
    log = service.log.read_text()
    ready = service.ready
    for secret in [answer["state"], answer["code"], chat.token, chat.started["ParticipantToken"], chat.session(),
                   ready["password"], ready["secret_access_key"]]:
        assert secret not in log
    lines = [line for line in log.splitlines() if chat.contact in line]
    assert len(lines) >= 3, log
