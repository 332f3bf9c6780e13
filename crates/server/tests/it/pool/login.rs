//! The sign-in page.

use serde_json::json;

use super::{Browser, CALLBACK, EMAIL, Fixture, PASSWORD, parameter, returned};

const RIGHT: [(&str, &str); 2] = [("username", "ana"), ("password", PASSWORD)];
const WRONG: [(&str, &str); 2] = [("username", "ana"), ("password", "Wrong-1-password")];

async fn at_login(fixture: &Fixture) -> Browser<'_> {
    let mut browser = Browser::new(fixture);
    let reply = browser
        .open(&fixture.authorize_path("/oauth2/authorize", &[]))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    browser
}

#[tokio::test]
async fn a_person_signs_in_and_comes_back_with_code_and_state() {
    let fixture = Fixture::new().await;
    let mut browser = at_login(&fixture).await;
    let reply = browser.submit(&RIGHT).await;
    assert_eq!(reply.status, 303);
    let parameters = returned(&reply);
    let names: Vec<&str> = parameters.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state"]);
    assert_eq!(parameter(&parameters, "state"), "st/a te");
    assert_eq!(parameter(&parameters, "code").len(), 64);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn the_page_says_what_it_is_for_and_runs_no_script() {
    let fixture = Fixture::new().await;
    let mut browser = Browser::new(&fixture);
    let path = fixture.authorize_path("/login", &[("login_hint", "\"><script>x")]);
    let reply = browser.open(&path).await;
    let page = reply.text();
    assert!(
        page.contains("The shop") && page.contains("app.example"),
        "{page}"
    );
    assert!(!page.contains("<script"), "{page}");
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'none'"));
    let style = fixture.server.get("/_pools/people/login.css").await;
    assert_eq!(
        (style.status, style.header("content-type")),
        (200, "text/css; charset=utf-8")
    );
}

#[tokio::test]
async fn cookies_stay_within_the_domain() {
    let fixture = Fixture::new().await;
    let mut browser = at_login(&fixture).await;
    let reply = browser.submit(&RIGHT).await;
    let cookies: Vec<_> = reply
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect();
    let session = cookies
        .iter()
        .find(|line| line.starts_with("cognito="))
        .unwrap();
    assert!(
        session.ends_with("; Path=/_pools/people/; Max-Age=3600; SameSite=Lax; HttpOnly"),
        "{session}"
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let fixture = Fixture::new().await;
    let mut browser = at_login(&fixture).await;
    let wrong = browser.submit(&WRONG).await;
    let wrong_page = browser.page.replace("\"ana\"", "\"\"");
    let unknown = browser
        .submit(&[("username", "bob"), ("password", PASSWORD)])
        .await;
    let unknown_page = browser.page.replace("\"bob\"", "\"\"");
    assert_eq!((wrong.status, unknown.status), (400, 400));
    assert_eq!(wrong_page, unknown_page);
    assert!(wrong_page.contains("Incorrect username or password."));
}

#[tokio::test]
async fn names_sign_in_whatever_their_case() {
    let fixture = Fixture::with(json!({"AliasAttributes": ["email"]}), json!({})).await;
    for name in ["ANA", &EMAIL.to_uppercase(), " ana "] {
        let mut browser = at_login(&fixture).await;
        let reply = browser
            .submit(&[("username", name), ("password", PASSWORD)])
            .await;
        assert_eq!(reply.status, 303, "{name}");
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_while_and_a_right_one_does_not_help() {
    let fixture = Fixture::new().await;
    for (name, password) in [("ana", PASSWORD), ("nobody", PASSWORD)] {
        let mut browser = at_login(&fixture).await;
        for _ in 0..5 {
            browser
                .submit(&[("username", name), ("password", "Wrong-1-password")])
                .await;
            assert!(browser.page.contains("Incorrect"), "{}", browser.page);
        }
        let reply = browser
            .submit(&[("username", name), ("password", password)])
            .await;
        assert_eq!(reply.status, 400);
        assert!(
            browser.page.contains("Too many attempts"),
            "{}",
            browser.page
        );
    }
    fixture.server.advance(2).await;
    let mut browser = at_login(&fixture).await;
    assert_eq!(browser.submit(&RIGHT).await.status, 303);
    // A success starts the count anew.
    let mut browser = Browser::new(&fixture);
    browser.open(&fixture.authorize_path("/login", &[])).await;
    browser.submit(&WRONG).await;
    assert_eq!(browser.submit(&RIGHT).await.status, 303);
}

#[tokio::test]
async fn many_attempts_at_once_do_not_run_past_the_lock() {
    let fixture = Fixture::new().await;
    let browser = at_login(&fixture).await;
    let attempts = (0..12).map(|_| {
        let mut each = Browser::new(&fixture);
        each.cookies.clone_from(&browser.cookies);
        each.page.clone_from(&browser.page);
        let path = fixture.authorize_path("/login", &[]);
        async move {
            each.open(&path).await;
            each.submit(&WRONG).await.text()
        }
    });
    let pages = futures_util::future::join_all(attempts).await;
    let tried = pages
        .iter()
        .filter(|page| page.contains("Incorrect"))
        .count();
    assert_eq!(tried, 5);
}

#[tokio::test]
async fn a_form_from_elsewhere_signs_nobody_in() {
    let fixture = Fixture::new().await;
    let fields = |csrf: &str| super::form(&[("_csrf", csrf), RIGHT[0], RIGHT[1]]);
    let own = |browser: &Browser<'_>| browser.hidden()[0].1.clone();

    let mut browser = at_login(&fixture).await;
    let other = own(&at_login(&fixture).await);
    assert_eq!(
        browser.post(&[], fields(&other)).await.status,
        400,
        "another browser's token"
    );
    assert_eq!(browser.post(&[], fields("")).await.status, 400, "no token");

    let csrf = own(&browser);
    let cross = [("sec-fetch-site", "cross-site")];
    assert_eq!(
        browser.post(&cross, fields(&csrf)).await.status,
        400,
        "another site"
    );
    let origin = [("origin", "https://evil.example")];
    assert_eq!(
        browser.post(&origin, fields(&csrf)).await.status,
        400,
        "another origin"
    );

    browser.cookies.clear();
    let reply = browser.post(&[], fields(&csrf)).await;
    assert_eq!(reply.status, 400, "no cookie");
    assert!(reply.text().contains("open for too long"));
    // The page that says so works.
    assert_eq!(browser.submit(&RIGHT).await.status, 303);
}

#[tokio::test]
async fn cancelling_sends_access_denied() {
    let fixture = Fixture::new().await;
    let mut browser = at_login(&fixture).await;
    let reply = browser.submit(&[("cancel", "1")]).await;
    assert_eq!(reply.status, 303);
    let parameters = returned(&reply);
    assert_eq!(parameter(&parameters, "error"), "access_denied");
    assert_eq!(parameter(&parameters, "state"), "st/a te");
}

#[tokio::test]
async fn a_session_lasts_an_hour_and_answers_at_once() {
    let fixture = Fixture::new().await;
    let mut browser = at_login(&fixture).await;
    browser.submit(&RIGHT).await;
    let path = fixture.authorize_path("/oauth2/authorize", &[]);
    let reply = browser.open(&path).await;
    assert_eq!(reply.status, 302);
    parameter(&returned(&reply), "code");

    let again = fixture.authorize_path("/oauth2/authorize", &[("prompt", "login")]);
    assert_eq!(browser.open(&again).await.status, 200, "asked again");
    let quiet = fixture.authorize_path("/oauth2/authorize", &[("prompt", "none")]);
    parameter(&returned(&browser.open(&quiet).await), "code");

    fixture.server.advance(100).await;
    let fresh = fixture.authorize_path("/oauth2/authorize", &[("max_age", "60")]);
    assert_eq!(browser.open(&fresh).await.status, 200, "too old");
    fixture.server.advance(3500).await;
    assert_eq!(browser.open(&path).await.status, 200, "ended");
    let error = parameter(&returned(&browser.open(&quiet).await), "error");
    assert_eq!(error, "login_required");
}

#[tokio::test]
async fn a_new_password_ends_sessions() {
    let fixture = Fixture::new().await;
    let mut browser = at_login(&fixture).await;
    browser.submit(&RIGHT).await;
    fixture.set_password("ana", "Other-1-password", true).await;
    let path = fixture.authorize_path("/oauth2/authorize", &[]);
    assert_eq!(browser.open(&path).await.status, 200);
    assert_eq!(browser.submit(&RIGHT).await.status, 400);
}

#[tokio::test]
async fn a_temporary_password_is_changed_before_anything_else() {
    let fixture = Fixture::new().await;
    fixture.set_password("ana", "Temporary-1", false).await;
    let mut browser = at_login(&fixture).await;
    let reply = browser
        .submit(&[("username", "ana"), ("password", "Temporary-1")])
        .await;
    assert_eq!(reply.status, 200);
    assert!(
        browser.page.contains("Choose a new password"),
        "{}",
        browser.page
    );
    assert!(browser.cookies.iter().all(|(name, _)| name != "cognito"));

    let choose = |one: &'static str, other: &'static str| {
        [("new_password", one), ("new_password_again", other)]
    };
    for (one, other, problem) in [
        ("Chosen-1-password", "Other-1-password", "not the same"),
        ("short", "short", "too short"),
        ("no-upper-case-1", "no-upper-case-1", "upper-case letter"),
    ] {
        assert_eq!(browser.submit(&choose(one, other)).await.status, 400);
        assert!(browser.page.contains(problem), "{}", browser.page);
    }
    let used = browser.hidden();
    let right = choose("Chosen-1-password", "Chosen-1-password");
    let reply = browser.submit(&right).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let code = parameter(&returned(&reply), "code");
    assert_eq!(fixture.redeem(&code).await.status, 200);

    let read = fixture
        .in_pool("AdminGetUser", json!({"Username": "ana"}))
        .await
        .done();
    assert_eq!(read["UserStatus"], "CONFIRMED");
    // The choice was made; its page is worth nothing any more.
    let challenge = used.iter().find(|(name, _)| name == "challenge").unwrap();
    let mut browser = at_login(&fixture).await;
    let again = [("challenge", &*challenge.1), right[0], right[1]];
    assert_eq!(browser.submit(&again).await.status, 400);
}

#[tokio::test]
async fn a_temporary_password_ends() {
    let fixture = Fixture::new().await;
    fixture.set_password("ana", "Temporary-1", false).await;
    fixture.server.advance(7 * 86_400).await;
    let mut browser = at_login(&fixture).await;
    let reply = browser
        .submit(&[("username", "ana"), ("password", "Temporary-1")])
        .await;
    assert_eq!(reply.status, 400);
    assert!(browser.page.contains("has expired"), "{}", browser.page);
}

#[tokio::test]
async fn required_attributes_are_asked_for_with_the_new_password() {
    let schema = json!({"Schema": [{"Name": "family_name", "Required": true}]});
    let fixture = Fixture::with(schema, json!({})).await;
    fixture.set_password("ana", "Temporary-1", false).await;
    let mut browser = at_login(&fixture).await;
    browser
        .submit(&[("username", "ana"), ("password", "Temporary-1")])
        .await;
    assert!(
        browser.page.contains("attribute:family_name"),
        "{}",
        browser.page
    );
    let mut fields = vec![
        ("new_password", "Chosen-1-password"),
        ("new_password_again", "Chosen-1-password"),
    ];
    assert_eq!(browser.submit(&fields).await.status, 400, "still missing");
    fields.push(("attribute:family_name", "Lima"));
    fields.push(("attribute:email", "stolen@example.com"));
    assert_eq!(browser.submit(&fields).await.status, 303);
    let user = fixture
        .in_pool("AdminGetUser", json!({"Username": "ana"}))
        .await
        .done();
    let attributes = user["UserAttributes"].to_string();
    assert!(
        attributes.contains("Lima") && attributes.contains(EMAIL),
        "{attributes}"
    );
}

#[tokio::test]
async fn the_same_pages_are_there_by_host() {
    let fixture = Fixture::new().await;
    let mut browser = Browser::by_host(&fixture, "people.auth.us-east-1.localhost:4545");
    let path = fixture
        .authorize_path("/oauth2/authorize", &[])
        .replace("/_pools/people", "");
    assert_eq!(browser.open(&path).await.status, 200);
    let reply = browser.submit(&RIGHT).await;
    assert_eq!(reply.status, 303);
    let cookies = reply.headers.get_all("set-cookie");
    assert!(
        cookies
            .iter()
            .all(|line| line.to_str().unwrap().contains("; Path=/;"))
    );
    assert!(reply.header("location").starts_with(CALLBACK));
    let mut elsewhere = Browser::by_host(&fixture, "people.auth.eu-west-1.localhost");
    assert_eq!(elsewhere.open(&path).await.status, 404, "another region");
}

#[tokio::test]
async fn the_page_speaks_the_language_that_is_asked_for_and_remembers_it() {
    let fixture = Fixture::new().await;
    let mut browser = Browser::new(&fixture);
    browser
        .open(&fixture.authorize_path("/login", &[("lang", "de")]))
        .await;
    assert!(browser.page.contains("<html lang=\"de\">") && browser.page.contains("Anmelden"));
    browser.open(&fixture.authorize_path("/login", &[])).await;
    assert!(browser.page.contains("<html lang=\"de\">"));
}

/// A pool whose people sign in with their e-mail address as well.
async fn with_aliases() -> Fixture {
    let aliases = json!({"AliasAttributes": ["email", "phone_number"]});
    let fixture = Fixture::with(aliases, json!({})).await;
    let verified = json!([{"Name": "phone_number_verified", "Value": "true"}]);
    let input = json!({"Username": "ana", "UserAttributes": verified});
    fixture
        .in_pool("AdminUpdateUserAttributes", input)
        .await
        .done();
    fixture
}

/// What the page shows after an attempt, without the name in it.
async fn attempt(browser: &mut Browser<'_>, name: &str, password: &str) -> String {
    let reply = browser
        .submit(&[("username", name), ("password", password)])
        .await;
    if reply.status == 303 {
        return "signed in".to_owned();
    }
    browser.page.replace(&format!("\"{name}\""), "\"\"")
}

async fn hashes(fixture: &Fixture) -> u64 {
    let metrics = fixture.server.get("/_signback/metrics").await.text();
    let lines = metrics.lines();
    let mut counted = lines.filter_map(|line| line.strip_prefix("signback_password_hashes_total "));
    counted.next_back().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_lock_does_not_tell_that_two_names_are_one_user() {
    let fixture = with_aliases().await;
    let mut browser = at_login(&fixture).await;
    for _ in 0..5 {
        attempt(&mut browser, "ana", "Wrong-1-password").await;
    }
    let locked = attempt(&mut browser, "ana", "Wrong-1-password").await;
    assert!(locked.contains("Too many attempts"), "{locked}");
    // Somebody's other name, and a name that nobody has: page and work are the same to the end.
    let mut seen = Vec::new();
    for name in [EMAIL, "nobody@example.com"] {
        let before = hashes(&fixture).await;
        let mut pages = Vec::new();
        for _ in 0..6 {
            pages.push(attempt(&mut browser, name, "Wrong-1-password").await);
        }
        assert!(pages[4].contains("Incorrect"), "{}", pages[4]);
        assert!(pages[5].contains("Too many attempts"), "{}", pages[5]);
        seen.push((pages, hashes(&fixture).await - before));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].1, 5);
}

#[tokio::test]
async fn guesses_under_several_names_of_a_user_are_counted_together() {
    let fixture = with_aliases().await;
    let mut browser = at_login(&fixture).await;
    for name in ["ana", EMAIL, "+4912345", "ana", EMAIL] {
        let page = attempt(&mut browser, name, "Wrong-1-password").await;
        assert!(page.contains("Incorrect"), "{name}: {page}");
    }
    // None of the names has five failures, the user has: nothing is right for a second.
    let page = attempt(&mut browser, "+4912345", PASSWORD).await;
    assert!(page.contains("Incorrect"), "{page}");
    fixture.server.advance(1).await;
    assert_eq!(
        attempt(&mut browser, "+4912345", PASSWORD).await,
        "signed in"
    );
}

#[tokio::test]
async fn a_password_set_by_the_operator_lifts_every_lock() {
    let fixture = with_aliases().await;
    let mut browser = at_login(&fixture).await;
    for name in ["ana", EMAIL] {
        for _ in 0..5 {
            attempt(&mut browser, name, "Wrong-1-password").await;
        }
    }
    fixture.set_password("ana", "Other-1-password", true).await;
    assert_eq!(
        attempt(&mut browser, EMAIL, "Other-1-password").await,
        "signed in"
    );
}
