//! The rules of a sign-in, tried in every order.

use proptest::prelude::*;

use super::stage::URL_WINDOW_MS;
use super::*;
use signback_platform::clock::Timestamp;
use signback_platform::ids::{ContactId, InstanceId, Scope, SignInId};
use signback_platform::token::Token;

const TIME_LIMIT_MS: i64 = 3 * 60_000;

fn sign_in() -> SignIn {
    SignIn::announce(
        SignInId::new("01900000-0000-7000-8000-000000000001"),
        Scope {
            account: "123456789012".into(),
            region: "us-east-1".into(),
        },
        InstanceId::new("instance"),
        ContactId::new("contact"),
        Block {
            user_pool_arn: "arn".into(),
            app_client_id: "client".into(),
            object_type: "Cognito-attributes".into(),
            time_limit_minutes: 3,
        },
    )
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn right() -> Token {
    Token::new([1; 16], [2; 32])
}

fn wrong() -> Token {
    Token::new([1; 16], [3; 32])
}

fn sealed(text: &str) -> Sealed {
    Sealed::from_stored(text.as_bytes().to_vec())
}

fn request() -> Request {
    Request {
        redirect_uri: "https://example.com/callback".into(),
        verifier: sealed("the verifier"),
        proof: Proof {
            issuer: "https://issuer".into(),
            nonce: sealed("the nonce"),
            issued_at: at(0),
        },
    }
}

fn provider_error() -> ProviderError {
    ProviderError {
        error: sealed("the error"),
        description: Some(sealed("the words")),
    }
}

/// Everything that can happen to a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Offer,
    IssueUrl,
    ReceiveCode,
    ReceiveError,
    ReceiveForged,
    TakeCode,
    KeepToken,
    Succeed,
    Fail,
    TimeOut,
    OptOut,
    Abandon,
}

const EVENTS: [Event; 12] = [
    Event::Offer,
    Event::IssueUrl,
    Event::ReceiveCode,
    Event::ReceiveError,
    Event::ReceiveForged,
    Event::TakeCode,
    Event::KeepToken,
    Event::Succeed,
    Event::Fail,
    Event::TimeOut,
    Event::OptOut,
    Event::Abandon,
];

/// Whether the event was accepted.
fn happen(sign_in: &mut SignIn, event: Event, now: Timestamp) -> bool {
    match event {
        Event::Offer => sign_in.offer(now).is_some(),
        Event::IssueUrl => sign_in.issue_url(request(), &right(), now).is_ok(),
        Event::ReceiveCode => sign_in
            .receive_code(&right(), sealed("the code"), now)
            .is_ok(),
        Event::ReceiveError => sign_in
            .receive_error(&right(), provider_error(), now)
            .is_ok(),
        Event::ReceiveForged => sign_in
            .receive_code(&wrong(), sealed("the code"), now)
            .is_ok(),
        Event::TakeCode => sign_in.take_code().is_ok(),
        Event::KeepToken => sign_in.keep_token(sealed("the token")).is_ok(),
        Event::Succeed => sign_in.succeed().is_ok(),
        Event::Fail => sign_in.fail(Cause::Interrupted).is_ok(),
        Event::TimeOut => sign_in.time_out(now).is_ok(),
        Event::OptOut => sign_in.opt_out(now).is_ok(),
        Event::Abandon => sign_in.abandon().is_ok(),
    }
}

/// Follows one history and checks what must hold in every one of them.
fn check(history: &[(Event, i64)]) {
    let mut sign_in = sign_in();
    let mut accepted = Vec::new();
    for (event, now) in history {
        let before = format!("{sign_in:?}");
        let ended = sign_in.outcome();
        if happen(&mut sign_in, *event, at(*now)) {
            accepted.push(*event);
            assert_eq!(ended, None, "nothing happens after the end: {history:?}");
        } else {
            assert_eq!(
                before,
                format!("{sign_in:?}"),
                "a refusal changes nothing: {history:?}"
            );
        }
    }
    let count = |wanted: &[Event]| accepted.iter().filter(|e| wanted.contains(e)).count();
    assert!(
        count(&[Event::ReceiveCode, Event::ReceiveError]) <= 1,
        "one answer: {history:?}"
    );
    assert_eq!(
        count(&[Event::ReceiveForged]),
        0,
        "no forged state: {history:?}"
    );
    for once in [
        Event::Offer,
        Event::IssueUrl,
        Event::TakeCode,
        Event::KeepToken,
    ] {
        assert!(count(&[once]) <= 1, "{once:?} happens once: {history:?}");
    }
    let ends = [
        Event::Succeed,
        Event::Fail,
        Event::TimeOut,
        Event::OptOut,
        Event::Abandon,
    ];
    assert_eq!(
        count(&ends),
        usize::from(sign_in.outcome().is_some()),
        "one end: {history:?}"
    );
    if count(&[Event::Succeed]) == 1 {
        use Event::{IssueUrl, KeepToken, Offer, ReceiveCode, Succeed, TakeCode};
        assert_eq!(
            accepted,
            [Offer, IssueUrl, ReceiveCode, TakeCode, KeepToken, Succeed]
        );
    }
    if count(&[Event::ReceiveCode, Event::ReceiveError]) == 1 {
        assert_eq!(
            count(&[Event::TimeOut, Event::OptOut]),
            0,
            "the answer wins: {history:?}"
        );
    }
}

#[test]
fn every_short_history_keeps_the_rules() {
    // Every sequence of seven events at one moment within the limits, by depth first.
    fn extend(history: &mut Vec<(Event, i64)>, left: usize) {
        check(history);
        if left == 0 {
            return;
        }
        for event in EVENTS {
            // An event that was refused as the last one would be refused again: skip the branch.
            history.push((event, 0));
            let mut sign_in = sign_in();
            let accepted = history
                .iter()
                .map(|(e, now)| happen(&mut sign_in, *e, at(*now)))
                .last();
            if accepted == Some(true) {
                extend(history, left - 1);
            } else {
                check(history);
            }
            history.pop();
        }
    }
    extend(&mut Vec::new(), 8);
}

proptest! {
    #[test]
    fn every_history_keeps_the_rules(
        steps in prop::collection::vec((0..EVENTS.len(), 0_i64..70_000), 0..24)
    ) {
        let mut now = 0;
        let history: Vec<_> = steps
            .into_iter()
            .map(|(event, pause)| {
                now += pause;
                (EVENTS[event], now)
            })
            .collect();
        check(&history);
    }
}

/// A sign-in that went through `events` at moment 0.
fn after(events: &[Event]) -> SignIn {
    let mut sign_in = sign_in();
    for event in events {
        assert!(happen(&mut sign_in, *event, at(0)), "{event:?}");
    }
    sign_in
}

#[test]
fn the_url_is_to_be_had_for_one_minute_and_once() {
    let mut early = sign_in();
    assert_eq!(
        early.issue_url(request(), &right(), at(0)),
        Err(Refusal::NotOffered)
    );

    let mut offered = after(&[Event::Offer]);
    assert_eq!(
        offered.may_issue_url(at(URL_WINDOW_MS)),
        Err(Refusal::UrlWindowClosed)
    );
    assert_eq!(
        offered.issue_url(request(), &right(), at(URL_WINDOW_MS - 1)),
        Ok(())
    );
    assert_eq!(
        offered.may_issue_url(at(URL_WINDOW_MS)),
        Err(Refusal::UrlAlreadyIssued)
    );

    let mut ended = after(&[Event::Offer, Event::OptOut]);
    assert_eq!(
        ended.issue_url(request(), &right(), at(0)),
        Err(Refusal::Finished)
    );
}

#[test]
fn an_answer_is_taken_until_the_time_limit() {
    let code = || sealed("the code");
    let mut issued = after(&[Event::Offer, Event::IssueUrl]);
    assert_eq!(
        issued.receive_code(&right(), code(), at(TIME_LIMIT_MS)),
        Err(Refusal::Expired)
    );
    assert_eq!(
        issued.receive_code(&wrong(), code(), at(TIME_LIMIT_MS)),
        Err(Refusal::WrongState)
    );
    assert_eq!(
        issued.receive_code(&right(), code(), at(TIME_LIMIT_MS - 1)),
        Ok(())
    );
    assert_eq!(
        issued.receive_code(&right(), code(), at(0)),
        Err(Refusal::AlreadyAnswered)
    );
    assert_eq!(
        issued.receive_error(&right(), provider_error(), at(0)),
        Err(Refusal::AlreadyAnswered)
    );
    assert_eq!(
        issued.receive_code(&wrong(), code(), at(0)),
        Err(Refusal::WrongState)
    );
    assert_eq!(issued.time_out(at(TIME_LIMIT_MS)), Err(Refusal::OutOfOrder));
    assert_eq!(issued.opt_out(at(0)), Err(Refusal::AlreadyAnswered));
}

#[test]
fn a_made_up_state_learns_nothing() {
    for events in [
        &[][..],
        &[Event::Offer],
        &[Event::Offer, Event::IssueUrl],
        &[Event::Offer, Event::IssueUrl, Event::ReceiveCode],
        &[Event::Offer, Event::IssueUrl, Event::OptOut],
    ] {
        let refusal = after(events).receive_code(&wrong(), sealed("c"), at(0));
        assert_eq!(refusal, Err(Refusal::WrongState), "{events:?}");
    }
}

#[test]
fn the_time_limit_ends_it_not_a_moment_early() {
    for events in [&[Event::Offer][..], &[Event::Offer, Event::IssueUrl]] {
        let mut waiting = after(events);
        assert_eq!(
            waiting.time_out(at(TIME_LIMIT_MS - 1)),
            Err(Refusal::NotExpired)
        );
        assert_eq!(waiting.opt_out(at(TIME_LIMIT_MS)), Err(Refusal::Expired));
        assert_eq!(waiting.time_out(at(TIME_LIMIT_MS)), Ok(()));
        assert_eq!(waiting.outcome(), Some(Outcome::TimedOut));
    }
    assert_eq!(sign_in().time_out(at(i64::MAX)), Err(Refusal::OutOfOrder));
}

#[test]
fn time_limits_stay_within_their_bounds() {
    let limit = |minutes| {
        Block {
            time_limit_minutes: minutes,
            ..sign_in().block
        }
        .time_limit_ms()
    };
    assert_eq!(
        [limit(0), limit(3), limit(7), limit(15), limit(16)],
        [180_000, 180_000, 420_000, 900_000, 900_000]
    );
}

#[test]
fn a_finished_sign_in_holds_no_secret_and_none_is_printed() {
    let path = [
        Event::Offer,
        Event::IssueUrl,
        Event::ReceiveCode,
        Event::TakeCode,
        Event::KeepToken,
        Event::Succeed,
    ];
    for length in 0..=path.len() {
        let shown = format!("{:?}", after(&path[..length]));
        for secret in ["the code", "the verifier", "the nonce", "the token"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    assert!(matches!(
        after(&path).stage(),
        Stage::Finished(Outcome::Succeeded)
    ));
    assert!(
        after(&path).state_hash().is_some(),
        "a repeated answer is still known"
    );
}
