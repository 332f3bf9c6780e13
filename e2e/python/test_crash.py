"""Kill -9 in the middle of ten journeys: each ends well after the restart."""

from conftest import Chat, Service


def test_journeys_survive_a_kill(tmp_path):
    service = Service(tmp_path).start()
    try:
        chats = [Chat(service) for _ in range(10)]
        answers = [chat.sign_in() for chat in chats[:8]]
        for chat, answer in zip(chats[:6], answers):
            chat.answer(State=answer["state"], Code=answer["code"])
        service.kill()
        service.start()
        for chat in chats:
            chat.open()
        for chat, answer in list(zip(chats, answers))[6:8]:
            chat.answer(State=answer["state"], Code=answer["code"])
        for chat in chats[8:]:
            chat.answer(State=chat.state(), Error="access_denied")
        for chat in chats[:8]:
            # Accepted before the kill: exchanged once, or ended as interrupted, never left open.
            ended = chat.wait(lambda item: item.get("ContentType", "").endswith(("authentication.succeeded", "authentication.failed")))
            assert chat.authentication()["Status"] == ("AUTHENTICATED" if ended["ContentType"].endswith("succeeded") else "FAILED")
        for chat in chats[6:8]:
            chat.wait("You are signed in.")
        for chat in chats[8:]:
            chat.wait("Sign-in failed.")
        found = service.client("customer-profiles").search_profiles(
            DomainName=service.ready["profiles_domain"], KeyName="_email", Values=[service.ready["username"]])
        assert len(found["Items"]) == 1
    finally:
        service.stop()
