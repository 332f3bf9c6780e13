//! `configure get` and `configure set`: every way to name a setting, and what the files are afterwards.

use crate::support::Stage;

const CONFIG: &str = "[default]\nregion = r0\ns3 =\n    style = path\n[profile p]\nregion = rp\n[plugins]\nk = 1\n[sso-session corp]\nsso_region = r1\n[services dev]\nec2 =\n    endpoint_url = u\n";
const USAGE: &str = "\naws: [ERROR]: An error occurred (ParamValidation): ";

#[test]
fn settings_are_found_under_all_their_names() {
    let stage = Stage::new().with_file(".aws/config", CONFIG);
    for (words, status, output) in [
        ("region", 0, "r0\n"),
        ("region --profile p", 0, "rp\n"),
        ("p.region", 0, "rp\n"),
        ("profile.p.region", 0, "rp\n"),
        ("default.s3.style", 0, "path\n"),
        ("s3.style", 0, "path\n"),
        ("plugins.k", 0, "1\n"),
        ("--sso-session corp sso_region", 0, "r1\n"),
        ("--services dev ec2.endpoint_url", 0, "u\n"),
        ("--services dev ec2.endpoint_url.x", 1, ""),
        ("Region", 1, ""),
        ("region.x", 1, ""),
        ("nope.region", 1, ""),
        ("profile.nope.region", 1, ""),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let ran = stage.aws(&[&["configure", "get"][..], &words].concat());
        assert_eq!(
            (ran.status(), ran.stdout().as_str()),
            (status, output),
            "{words:?}"
        );
        assert_eq!(ran.stderr(), "", "{words:?}");
    }
}

#[test]
fn names_that_lead_nowhere_say_so() {
    let stage = Stage::new().with_file(".aws/config", CONFIG);
    let both = "The key \"services\" cannot be specified when one of the following keys are also specified: sso_session";
    for (words, status, message) in [
        (
            "get profile.p",
            255,
            "\naws: [ERROR]: list index out of range\n".to_owned(),
        ),
        (
            "set profile.p v",
            255,
            "\naws: [ERROR]: list index out of range\n".to_owned(),
        ),
        (
            "get --sso-session nope sso_region",
            255,
            "\naws: [ERROR]: The config sub-section (nope) could not be found\n".to_owned(),
        ),
        (
            "get x --services a --sso-session b",
            252,
            format!("{USAGE}{both}\n"),
        ),
        (
            "set a.b.c v --services dev",
            252,
            format!(
                "{USAGE}Found more than two parts in the property to set. Deep nesting of properties is not supported.\n"
            ),
        ),
        (
            "get region x y",
            252,
            format!("{USAGE}Unknown options: x,y\n"),
        ),
        (
            "get file://nope",
            252,
            format!(
                "{USAGE}Error parsing parameter 'varname': Unable to load paramfile file://nope: [Errno 2] No such file or directory: 'nope'\n"
            ),
        ),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let ran = stage.aws(&[&["configure"], &words[..]].concat());
        assert_eq!((ran.status(), ran.stderr()), (status, message), "{words:?}");
    }
    assert_eq!(stage.file(".aws/config"), CONFIG);
}

#[test]
fn settings_are_put_where_the_original_puts_them() {
    for (words, path, text) in [
        (
            "region v --profile q",
            ".aws/config",
            "[profile q]\nregion = v\n",
        ),
        // Names that are a part of "plugins" are taken for it.
        ("region v --profile in", ".aws/config", "[in]\nregion = v\n"),
        ("plugins.a v", ".aws/config", "[plugins]\na = v\n"),
        (
            "plugins.a.b v",
            ".aws/config",
            "[default]\nplugins.a.b = v\n",
        ),
        ("a.b v", ".aws/config", "[default]\na =\n    b = v\n"),
        ("a.b.c v", ".aws/config", "[default]\na = v\n"),
        (
            "profile.x.a.b v",
            ".aws/config",
            "[profile x]\na =\n    b = v\n",
        ),
        (
            "region v --sso-session corp",
            ".aws/config",
            "[sso-session corp]\nregion = v\n",
        ),
        (
            "ec2.endpoint_url v --services dev",
            ".aws/config",
            "[services dev]\nec2 =\n    endpoint_url = v\n",
        ),
        (
            "profile.x.aws_session_token v",
            ".aws/credentials",
            "[x]\naws_session_token = v\n",
        ),
        (
            "aws_security_token v",
            ".aws/config",
            "[default]\naws_security_token = v\n",
        ),
        (
            "region file://value",
            ".aws/config",
            "[default]\nregion = from a file\n",
        ),
    ] {
        let stage = Stage::new().with_file("value", "from a file");
        let words: Vec<&str> = words.split(' ').collect();
        let ran = stage.aws(&[&["configure", "set"], &words[..]].concat());
        assert_eq!(
            (ran.status(), ran.stderr()),
            (0, String::new()),
            "{words:?}"
        );
        assert_eq!(stage.file(path), text, "{words:?}");
        assert_eq!(stage.mode(path), 0o600);
    }
}

#[test]
fn links_permissions_and_line_ends_are_kept_as_the_original_keeps_them() {
    let stage = Stage::new().with_file("real", "[default]\r\nregion = a\r\n# c\r\n");
    assert!(std::os::unix::fs::symlink("real", stage.home.join("link")).is_ok());
    let stage = stage.with("AWS_CONFIG_FILE", "~/link");
    let before = stage.mode("real");
    let set = ["configure", "set", "region", "b"];
    assert_eq!(stage.aws(&set).status(), 0);
    assert_eq!(stage.file("real"), "[default]\nregion = b\n# c\n");
    assert_eq!(stage.mode("real"), before);
    assert!(stage.home.join("link").is_symlink());
    assert_eq!(
        stage
            .aws(&[&set[..], &["--profile", "q"]].concat())
            .status(),
        0
    );
    assert!(stage.file("real").ends_with("[profile q]\nregion = b\n"));
    let left: Vec<String> = std::fs::read_dir(&stage.home)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn keys_in_a_file_that_others_may_read_are_warned_about() {
    let stage = Stage::new().with_program(".aws/credentials", "[default]\n");
    let ran = stage.aws(&["configure", "set", "aws_access_key_id", "AK"]);
    let path = stage.home.join(".aws/credentials");
    let path = path.display();
    assert_eq!(
        (ran.status(), ran.stderr()),
        (
            0,
            format!(
                "\naws: [WARNING]: The file '{path}' is accessible by other users. Consider running 'chmod 600 {path}' to restrict access to only your user.\n"
            )
        )
    );
    assert_eq!(stage.mode(".aws/credentials"), 0o755);
}

#[test]
fn a_file_that_cannot_be_written_whole_stays_as_it_was() {
    let stage = Stage::new().with_file(".aws/config", CONFIG);
    // No file may grow: neither a new one nor this one.
    let status = stage.shell("trap '' XFSZ; ulimit -f 0; ./aws configure set region eu-west-3");
    assert_eq!(status, 255);
    assert_eq!(stage.file(".aws/config"), CONFIG);
    let names = std::fs::read_dir(stage.home.join(".aws"));
    assert_eq!(names.into_iter().flatten().count(), 1);
}
