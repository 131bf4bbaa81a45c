//! Settings from the environment and from TOML.

use super::support::{Fake, GET_THINGS, answer, builder};
use crate::runtime::{Call, ClientBuilder, Error, RequestParts};
use http::header::AUTHORIZATION;
use std::process::Command;

async fn sent_by(builder: ClientBuilder) -> http::Request<bytes::Bytes> {
    let token = r#"{"access_token": "granted", "token_type": "bearer"}"#;
    let fake = Fake::new(move |_, _| answer(200, token));
    let client = builder
        .transport(fake.clone())
        .build()
        .expect("the settings are right");
    Call::<()>::new(RequestParts::new(&client, &GET_THINGS))
        .await
        .expect("an answer");
    fake.requests().remove(0)
}

fn refused(text: &str) -> String {
    match builder().toml(text) {
        Err(error @ Error::Config(_)) => format!("{error}; {error:?}"),
        other => panic!("not refused: {other:?}"),
    }
}

/// Runs this test binary again, for one test, with these variables and no others of the kind.
fn with_environment(test: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().expect("this program is one"));
    command.args(["--exact", &format!("it::config::{test}"), "--nocapture"]);
    for name in [
        "REGION",
        "OAUTHCLIENT_ID",
        "OAUTHCLIENT_SECRET",
        "ACCESS_TOKEN",
    ] {
        command.env_remove(format!("GENESYSCLOUD_{name}"));
    }
    command
        .env("RUNTIME_TEST_CHILD", test)
        .envs(variables.iter().copied());
    let output = command.output().expect("it starts");
    String::from_utf8(output.stdout).expect("it prints text")
}

#[tokio::test]
async fn the_environment() {
    // The environment of a process cannot be changed safely, so another process reads it.
    if std::env::var_os("RUNTIME_TEST_CHILD").is_some() {
        match builder().env() {
            Err(error) => println!("<{error}>"),
            Ok(builder) => {
                let request = sent_by(builder).await;
                let authorization = request.headers().get(AUTHORIZATION);
                println!(
                    "<{} {:?}>",
                    request.uri(),
                    authorization.map(|it| it.to_str())
                );
            }
        }
        return;
    }
    let run = |variables: &[(&str, &str)]| {
        let printed = with_environment("the_environment", variables);
        let (_, rest) = printed.split_once('<').expect("it prints in brackets");
        rest.split_once('>')
            .expect("it prints in brackets")
            .0
            .to_owned()
    };
    let id = ("GENESYSCLOUD_OAUTHCLIENT_ID", "id");
    let secret = ("GENESYSCLOUD_OAUTHCLIENT_SECRET", "s3cret");
    let token = ("GENESYSCLOUD_ACCESS_TOKEN", "mine");
    let region = ("GENESYSCLOUD_REGION", "eu-west-1");
    let other = ("GENESYSCLOUD_SDK_DEBUG", "1");
    let things = "https://api.mypurecloud.com/api/v2/things";
    assert_eq!(run(&[other]), format!("{things} None"));
    assert_eq!(
        run(&[token, id, secret]),
        format!("{things} Some(Ok(\"Bearer mine\"))")
    );
    assert_eq!(
        run(&[region, id, secret]),
        "https://login.mypurecloud.ie/oauth/token Some(Ok(\"Basic aWQ6czNjcmV0\"))"
    );
    assert_eq!(
        run(&[("GENESYSCLOUD_REGION", ""), token]),
        format!("{things} Some(Ok(\"Bearer mine\"))")
    );
    let missing = |name: &str| format!("the client cannot be built: `{name}` is missing");
    assert_eq!(run(&[id]), missing("GENESYSCLOUD_OAUTHCLIENT_SECRET"));
    assert_eq!(run(&[secret]), missing("GENESYSCLOUD_OAUTHCLIENT_ID"));
}

#[tokio::test]
async fn a_toml_text() {
    let builder = builder().toml(
        r#"
        base_url = "https://gateway.example/api/"
        login_url = "https://gateway.example/login"
        client_id = "id"
        client_secret = "s3cret"
        user_agent = "ours/1.0"
        attempt_timeout = 1.5
        timeout = 300
        max_in_flight = 0x3
        max_body_size = 1_000
        requests_per_minute = 300
        max_retries = 7
        [headers]
        X-Gateway-Key = "s3cret-key"
        "#,
    );
    let builder = builder.expect("the settings are right");
    let shown = format!("{builder:?}");
    for part in [
        "attempt_timeout: Some(1.5s)",
        "call_timeout: Some(300s)",
        "in_flight: Some(3)",
        "body_limit: 1000",
        "rate: Some((300, 60s))",
        "max_retries: 7",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    assert!(!shown.contains("s3cret"), "{shown}");
    let log_in = sent_by(builder.clone()).await;
    assert_eq!(log_in.uri(), "https://gateway.example/login/oauth/token");
    assert_eq!(log_in.headers()["user-agent"], "ours/1.0");
    let call = sent_by(
        builder
            .toml("access_token = 'mine'\nmax_retries = 0")
            .expect("right"),
    )
    .await;
    assert_eq!(call.uri(), "https://gateway.example/api/api/v2/things");
    assert_eq!(call.headers()["x-gateway-key"], "s3cret-key");
    assert_eq!(call.headers()["user-agent"], "ours/1.0");
    assert_eq!(call.headers()[AUTHORIZATION], "Bearer mine");
}

#[test]
fn toml_that_is_not_right_is_refused_without_quoting_it() {
    for (text, why) in [
        ("\nregoin = 's3cret'", "line 2: unknown key `regoin`"),
        ("[proxies]\na = 1", "line 1: unknown key `proxies`"),
        ("\naccess_token = s3cret", "line 2: not TOML"),
        ("access_token = 's3cret", "line 1: not TOML"),
        (
            "region = 'a'\nregion = 's3cret'",
            "line 2: not TOML, or a key twice",
        ),
        (
            "client_secret = ['s3cret']",
            "`client_secret` is not a text",
        ),
        (
            "max_retries = 's3cret'",
            "`max_retries` is not a whole number",
        ),
        ("max_retries = 1.5", "`max_retries` is not a whole number"),
        ("max_in_flight = 0", "`max_in_flight` is not a whole number"),
        (
            "max_body_size = -1",
            "`max_body_size` is not a whole number",
        ),
        (
            "max_body_size = 99999999999999999999",
            "is not a whole number",
        ),
        ("connect_timeout = -1", "`connect_timeout` is not a time"),
        (
            "connect_timeout = 's3cret'",
            "`connect_timeout` is not a time",
        ),
        ("timeout = 0", "`timeout` is not a time"),
        ("attempt_timeout = nan", "`attempt_timeout` is not a time"),
        ("client_id = 'a'", "`client_secret` is missing"),
        ("client_secret = 's3cret'", "`client_id` is missing"),
        ("headers = 's3cret'", "`headers` is not a table"),
        ("[headers]\na = 1", "line 2: `a` is not a text"),
        (
            "root_certificates = 's3cret'",
            "`root_certificates` is not a list",
        ),
        (
            "root_certificates = [1]",
            "`root_certificates` is not a text",
        ),
        ("root_certificates = ['no/such/file']", "no/such/file"),
        ("client_certificate = 'no/such/file'", "no/such/file"),
    ] {
        let told = refused(text);
        assert!(told.contains(why), "{text}: {told}");
        assert!(!told.contains("s3cret"), "{told}");
    }
}

#[test]
fn a_toml_file_and_what_it_names() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");
    let folder = std::env::temp_dir().join(format!("runtime-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("client.toml");
    let text = format!("root_certificates = ['{fixtures}/ca.pem']\nclient_certificate = 'me.pem'");
    std::fs::write(&file, text).expect("a file");
    let error = builder()
        .toml_file(&file)
        .expect_err("me.pem is missing")
        .to_string();
    assert!(error.contains("me.pem"), "{error}");
    std::fs::copy(format!("{fixtures}/client.pem"), folder.join("me.pem")).expect("a copy");
    let built = builder().toml_file(&file).expect("a file").build();
    built.expect("the settings are right");
    std::fs::write(&file, b"\xff").expect("a file");
    builder().toml_file(&file).expect_err("not UTF-8");
    std::fs::remove_dir_all(&folder).expect("it is ours");
    let error = builder()
        .toml_file(&file)
        .expect_err("it is gone")
        .to_string();
    assert!(error.contains("client.toml"), "{error}");
}
