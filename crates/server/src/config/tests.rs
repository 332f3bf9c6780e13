//! Reading settings, and the table of what is refused where.

use super::parse::LISTEN;
use super::*;

fn parsed(args: &[&str]) -> Result<Serve, Vec<String>> {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    parse(&args, &|_| None, None)
}

#[test]
fn without_arguments_it_serves_on_loopback() {
    let serve = parsed(&[]).unwrap();
    assert_eq!(serve.listen.to_string(), LISTEN);
    assert!(serve.settings.loopback);
    assert!(
        matches!(serve.database, store::Url::Sqlite(path) if path == std::path::Path::new("signback-data/signback.db"))
    );
}

#[test]
fn a_flag_beats_the_environment_and_that_beats_the_file() {
    let environment = |name: &str| (name == "SIGNBACK_LISTEN").then(|| "127.0.0.1:2".to_owned());
    let file = Some("listen = \"127.0.0.1:1\"\nlog_format = \"json\"");
    let serve = parse(&[], &environment, file).unwrap();
    assert_eq!(serve.listen.port(), 2);
    assert_eq!(serve.log_format, LogFormat::Json);
    let serve = parse(&["--listen=localhost:3".to_owned()], &environment, file).unwrap();
    assert_eq!(serve.listen.port(), 3);
}

#[test]
fn every_problem_is_reported_at_once() {
    let problems = parsed(&[
        "--listen",
        "nowhere",
        "--nonsense",
        "--throttles",
        "some",
        "--tls-key",
        "k",
    ])
    .err()
    .unwrap();
    assert_eq!(problems.len(), 4, "{problems:?}");
}

#[test]
fn identity_sources_stand_in_the_file() {
    let file = "[[identity_source]]\nuser_pool_arn = \"arn:p\"\nissuer = \"https://id.example.com\"\nclient_secret = \"s\"";
    let serve = parse(&[], &|_| None, Some(file)).unwrap();
    assert_eq!(
        serve.settings.identity_sources[0].issuer,
        "https://id.example.com"
    );
    let wrong = parse(
        &[],
        &|_| None,
        Some("[[identity_source]]\nissuer = 5\nother = 1"),
    );
    assert!(wrong.is_err());
}

/// The words of one line of flags.
fn read(flags: &str) -> Result<Serve, Vec<String>> {
    parsed(&flags.split_whitespace().collect::<Vec<_>>())
}

const TLS: &str = "--tls-cert c --tls-key k";

/// What makes the service reachable from elsewhere, each alone.
const REACHABLE: [&str; 5] = [
    "--listen 10.0.0.1:80",
    "--listen [::]:80 --public-url http://localhost",
    "--admin-listen 10.0.0.1:81",
    "--public-url https://chat.example",
    "--behind-proxy",
];

/// What a service on loopback may do with nothing said, and what does not make it reachable.
#[test]
fn on_loopback_everything_is_open() {
    for reach in [
        "",
        "--listen [::1]:80",
        "--listen localhost:80 --admin-listen 127.0.0.1:81",
        "--public-url http://localhost:9/x",
        "--public-url http://chat.localhost",
        "--public-url https://127.0.0.7",
    ] {
        for switch in ["", "--accept-any-credentials", "--test-controls", TLS] {
            let serve = read(&format!("{reach} {switch}")).unwrap_or_else(|problems| {
                panic!("{reach} {switch}: {problems:?}");
            });
            assert!(!serve.reach.from_elsewhere && serve.reach.is_trusted());
            assert!(serve.settings.loopback, "{reach}");
        }
    }
}

/// Each line: what is added to whatever makes the service reachable, and the words of each refusal.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("", &["plain HTTP", "give --admin-listen"]),
    (TLS, &["give --admin-listen"]),
    ("ADMIN", &["plain HTTP"]),
    ("ADMIN TLS", &[]),
    (
        "ADMIN TLS --accept-any-credentials",
        &["--accept-any-credentials is for loopback only"],
    ),
    (
        "ADMIN TLS --test-controls",
        &["--test-controls is for loopback only"],
    ),
    (
        "--accept-any-credentials --test-controls",
        &[
            "plain HTTP",
            "give --admin-listen",
            "--accept-any-credentials is for loopback only",
            "--test-controls is for loopback only",
        ],
    ),
    ("TRUST", &[]),
    ("TRUST TLS", &[]),
    ("TRUST ADMIN", &[]),
    ("TRUST --accept-any-credentials --test-controls", &[]),
];

#[test]
fn reachable_from_elsewhere_is_one_notion_however_it_comes_about() {
    for reach in REACHABLE {
        for (added, refusals) in ELSEWHERE {
            let proxy = reach == "--behind-proxy";
            let admin = if reach.contains("--admin") {
                ""
            } else {
                "--admin-listen 127.0.0.1:1"
            };
            let flags = format!("{reach} {added}")
                .replace("ADMIN", admin)
                .replace("TRUST", "--trust-network")
                .replace("TLS", TLS);
            let refused = |words: &str| match words {
                // TLS ends in front, and one of the reasons brings the address along.
                "plain HTTP" => !proxy,
                "give --admin-listen" => !flags.contains("--admin-listen"),
                _ => true,
            };
            let mut expected: Vec<&str> =
                refusals.iter().copied().filter(|it| refused(it)).collect();
            if proxy && added.contains("TRUST") {
                // The proxy's callers are nobody's friends, and then nothing is lifted.
                expected = vec!["--trust-network and --behind-proxy exclude each other"];
            }
            match read(&flags) {
                Ok(serve) => {
                    assert!(expected.is_empty(), "{flags} is not refused: {expected:?}");
                    assert!(
                        serve.reach.from_elsewhere && !serve.settings.loopback,
                        "{flags}"
                    );
                    assert_eq!(serve.reach.is_trusted(), added.contains("TRUST"), "{flags}");
                }
                Err(problems) => {
                    assert_eq!(problems.len(), expected.len(), "{flags}: {problems:?}");
                    for words in expected {
                        let found = problems.iter().find(|problem| problem.contains(words));
                        let problem = found.unwrap_or_else(|| panic!("{flags}: {problems:?}"));
                        // It says why, and what to do.
                        let reason = if proxy {
                            "proxy"
                        } else {
                            "is not a loopback address"
                        };
                        assert!(problem.contains(reason), "{problem}");
                        assert!(
                            problem.contains("leave") || problem.contains("give"),
                            "{problem}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn an_address_that_stands_for_all_needs_a_public_url() {
    let problems = read("--listen 0.0.0.0:80 --trust-network").err().unwrap();
    assert!(problems[0].contains("give --public-url"), "{problems:?}");
    read("--listen 0.0.0.0:80 --trust-network --public-url http://localhost").unwrap();
}

#[test]
fn a_public_url_is_kept_as_clients_write_it() {
    let served = read("--public-url http://LOCALHOST:80/x/").unwrap();
    assert_eq!(served.public_url.as_deref(), Some("http://localhost/x"));
    for wrong in [
        "chat.example",
        "ftp://h",
        "http://h/?a",
        "http://u@h",
        "http://",
    ] {
        assert!(read(&format!("--public-url {wrong}")).is_err(), "{wrong}");
    }
}

#[test]
fn allowed_origins_are_those_of_pages() {
    let served = read("--allow-origin https://SHOP.example,http://localhost:3000/").unwrap();
    let origins = &served.settings.allowed_origins;
    assert_eq!(
        origins[..],
        ["https://shop.example", "http://localhost:3000"]
    );
    for wrong in ["*", "null", "https://shop.example/page", "shop.example"] {
        let problems = read(&format!("--allow-origin {wrong}")).err().unwrap();
        assert!(problems[0].contains(wrong), "{problems:?}");
    }
}

#[test]
fn data_that_goes_with_the_process_is_asked_for_by_name() {
    let served = read("--ephemeral").unwrap();
    assert!(matches!(served.database, store::Url::Temporary));
    let problems = read("--ephemeral --database sqlite:x.db").err().unwrap();
    assert!(problems[0].contains("exclude each other"), "{problems:?}");
    for memory in [
        "sqlite::memory:",
        "sqlite:",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite:file::memory:?cache=shared",
        "sqlite:file:x?mode=memory",
    ] {
        let problems = read(&format!("--database {memory}")).err().unwrap();
        assert!(problems[0].contains("give --ephemeral"), "{problems:?}");
    }
}

#[test]
fn replicas_are_given_their_key() {
    let problems = read("--database postgres://localhost/x").err().unwrap();
    assert!(problems[0].contains("--master-key-file"), "{problems:?}");
}

#[test]
fn strangers_are_limited_by_address_where_addresses_tell_them_apart() {
    let per_address = |args: &str| read(args).map(|serve| serve.connections_per_address);
    assert_eq!(per_address(""), Ok(Some(1024)));
    assert_eq!(per_address("--connections-per-address 7"), Ok(Some(7)));
    let proxied = "--behind-proxy --admin-listen 127.0.0.1:1";
    assert_eq!(per_address(proxied), Ok(None));
    for refused in [
        "--connections-per-address 0",
        "--connections-per-address many",
        &format!("--connections-per-address 7 {proxied}"),
    ] {
        assert_eq!(per_address(refused).unwrap_err().len(), 1, "{refused}");
    }
}
