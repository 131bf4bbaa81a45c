//! Each key of `client.yaml` with a wrong value: the message, and the words that are underlined.

use spec::yaml;
use spec::yaml::Places;

const CLIENT: &str = "\
crate:
  name: every-thing
  version: 1.2.3
  title: Every Thing
  description: A client
  license: MIT OR Apache-2.0
  repository: https://github.com/a/b
  homepage: https://a.example
  documentation: https://a.example/docs
  keywords: [a, b]
  categories: [api-bindings]
regions:
- { name: here_1, domain: here.example }
- { name: there_1, domain: there.example }
oauth:
  token_path: /oauth/token
  authorize_path: /oauth/authorize
default_features: [ThingsApi, full]
sources:
- repository: https://github.com/a/docs
  folder: build/docs
  tag: \"{version}\"
  kind: operations
  exclude: [index.md, \"*Api.md\"]
  same_as_first: swagger.json
  version: 1.2.30
  topics: a/topics.json
";

/// The findings of a text, each as `words: message`.
fn faults(text: &str) -> Vec<String> {
    let client = yaml::parse_client(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let places = Places::new(text);
    let faults = spec::check_client(&client, &["ThingsApi", "StuffApi"]).into_iter();
    let shown = faults.map(|fault| {
        let place = &text[places.value(&fault.path)];
        format!("{place}: {}", fault.message)
    });
    shown.collect()
}

#[test]
fn a_right_one_has_no_fault() {
    assert_eq!(faults(CLIENT), Vec::<String>::new());
}

/// Each limit is inclusive.
#[test]
fn what_is_just_within_the_rules_has_no_fault() {
    let label = "a".repeat(63);
    for (old, new) in [
        ("[a, b]", "[a, b, c, d, e]"),
        ("[a, b]", "[1a_b-c+d, a1234567890123456789]"),
        ("[api-bindings]", "[\"web-programming::http-client2\"]"),
        ("name: there_1", "name: t_2h"),
        ("there.example", &format!("{label}.x-1.example")),
        ("\"{version}\"", "\"a/v{version}.1\""),
        ("\"*Api.md\"", "\"a*\""),
        ("folder: build/docs", "folder: docs"),
        ("https://github.com/a/b", "http://github.com"),
    ] {
        assert!(CLIENT.contains(old), "{old}");
        let text = CLIENT.replacen(old, new, 1);
        assert_eq!(faults(&text), Vec::<String>::new(), "{new}");
    }
    let long = CLIENT.replacen("there.example", &format!("a{label}.example"), 1);
    assert_eq!(faults(&long).len(), 1, "a label of 64 letters");
}

/// A page comes and goes with the docs, and the client's configuration stays.
#[test]
fn a_default_feature_of_other_docs_is_ignored_and_said() {
    let text = CLIENT.replace("[ThingsApi, full]", "[SomethingElseApi]");
    let client = yaml::parse_client(&text).expect("it is one");
    let faults = spec::check_client(&client, &["ThingsApi", "StuffApi"]);
    let [fault] = &faults[..] else {
        panic!("{faults:?}");
    };
    assert!(fault.ignored, "{fault:?}");
    assert_eq!(
        fault.message,
        "`SomethingElseApi` is not a page of these docs, so it is not a default feature"
    );
    let text = CLIENT.replace("[ThingsApi, full]", "[tower]");
    let client = yaml::parse_client(&text).expect("it is one");
    let faults = spec::check_client(&client, &["ThingsApi", "StuffApi"]);
    let [fault] = &faults[..] else {
        panic!("{faults:?}");
    };
    assert!(!fault.ignored, "no page is called so: {fault:?}");
    assert_eq!(fault.message, "`tower` is not a page, nor `full`");
}

/// What is right in [`CLIENT`], what stands there instead, the place of the fault, and a part of its message.
const WRONG: &str = r#"
- ["name: every-thing", "name: every thing", "every thing", "is not a crate name"]
- ["homepage: https://a.example\n", "homepage: a.example\n", "a.example", "is not a URL"]
- ["https://a.example/docs", "https://a b", "https://a b", "is not a URL"]
- ["name: every-thing", "name: serde_json", "serde_json", "another crate"]
- ["name: every-thing", "name: gen", "gen", "reserved word"]
- ["name: every-thing", "name: \"\"", "name", "is not a crate name"]
- ["1.2.3", "banana", "banana", "is not a version"]
- ["title: Every Thing", "title: \"\"", "title", "is empty"]
- ["A client", "\"A\\tclient\"", "\"A\\tclient\"", "must be one line"]
- ["MIT OR Apache-2.0", "free", "free", "not an SPDX expression"]
- ["https://github.com/a/b", "here", "here", "is not a URL"]
- ["[a, b]", "[a, a]", "a", "is listed twice"]
- ["[a, b]", "[a, b, c, d, e, f]", "keywords", "five"]
- ["[a, b]", "[\"a b\"]", "\"a b\"", "not accepted by the registry"]
- ["[api-bindings]", "[API]", "API", "not accepted by the registry"]
- ["name: there_1", "name: here1", "here1", "is listed twice"]
- ["name: there_1", "name: There", "There", "not a region name"]
- ["there.example", "x@evil.example", "x@evil.example", "is not a domain"]
- ["there.example", "here.example", "here.example", "is listed twice"]
- ["/oauth/token", "oauth/token", "oauth/token", "is not a path"]
- ["/oauth/token", "//evil.example", "//evil.example", "is not a path"]
- ["/oauth/authorize", "/a?b=c", "/a?b=c", "is not a path"]
- ["[ThingsApi, full]", "[ThingApi]", "ThingApi", "did you mean `ThingsApi`?"]
- ["[ThingsApi, full]", "[everything]", "everything", "is not a page"]
- ["[ThingsApi, full]", "[full, full]", "full", "is listed twice"]
- ["https://github.com/a/docs", "--upload-pack=x", "--upload-pack=x", "option of git"]
- ["build/docs", "../docs", "../docs", "not a folder in a repository"]
- ["\"{version}\"", "v1", "v1", "not a git tag"]
- ["\"*Api.md\"", "\"*a*\"", "\"*a*\"", "not a file name"]
- ["\"*Api.md\"", "index.md", "index.md", "is listed twice"]
- ["\"*Api.md\"", "\"\"", "\"\"", "not a file name"]
- ["\"*Api.md\"", "a/b.md", "a/b.md", "not a file name"]
- ["[a, b]", "[-a]", "-a", "not accepted by the registry"]
- ["[a, b]", "[a12345678901234567890]", "a12345678901234567890", "not accepted by the registry"]
- ["[api-bindings]", "[\"-a\"]", "\"-a\"", "not accepted by the registry"]
- ["name: there_1", "name: 1there", "1there", "not a region name"]
- ["there.example", "there", "there", "is not a domain"]
- ["there.example", "there..example", "there..example", "is not a domain"]
- ["there.example", "-there.example", "-there.example", "is not a domain"]
- ["there.example", "there-.example", "there-.example", "is not a domain"]
- ["https://github.com/a/b", "https://host/a", "https://host/a", "is not a URL"]
- ["https://github.com/a/b", "https://h.example/é", "https://h.example/é", "is not a URL"]
- ["\"{version}\"", "\"-{version}\"", "\"-{version}\"", "not a git tag"]
- ["\"{version}\"", "\"{version}/\"", "\"{version}/\"", "not a git tag"]
- ["\"{version}\"", "\"a..{version}\"", "\"a..{version}\"", "not a git tag"]
- ["\"{version}\"", "\"a//{version}\"", "\"a//{version}\"", "not a git tag"]
- ["\"{version}\"", "\"{version}~1\"", "\"{version}~1\"", "not a git tag"]
- ["\"{version}\"", "\"{version}{version}\"", "\"{version}{version}\"", "not a git tag"]
- ["same_as_first: swagger.json", "same_as_first: /x.json", "/x.json", "not a path of a file"]
- ["same_as_first: swagger.json", "same_as_first: a\\b.json", "a\\b.json", "not a path of a file"]
- ["topics: a/topics.json", "topics: a/../b.json", "a/../b.json", "not a path of a file"]
- ["version: 1.2.30", "version: v1.2", "v1.2", "not a version of docs"]
- ["version: 1.2.30", "version: 1..2", "1..2", "not a version of docs"]
"#;

#[test]
fn each_wrong_meaning_is_found_at_its_place() {
    let cases: Vec<[String; 4]> = yaml::parse(WRONG).expect("a table");
    for [right, wrong, place, message] in &cases {
        assert!(CLIENT.contains(right.as_str()), "{right}");
        let text = CLIENT.replacen(right, wrong, 1);
        let found = faults(&text);
        let is_it =
            |fault: &String| fault.starts_with(&format!("{place}: ")) && fault.contains(message);
        assert!(found.iter().any(is_it), "{wrong}: {found:?}");
    }
    let none = CLIENT.replace("- { name: here_1, domain: here.example }\n", "");
    let none = none.replace(
        "regions:\n- { name: there_1, domain: there.example }\n",
        "regions: []\n",
    );
    assert_eq!(
        faults(&none),
        ["regions: no region is listed; the first is the default"]
    );
}

/// The lines of the file that hold a key, each with the key's indentation.
fn keys() -> impl Iterator<Item = (usize, &'static str)> {
    CLIENT.lines().enumerate().filter(|(_, line)| {
        line.trim_start_matches("- ").split_once(':').is_some() && !line.contains('{')
    })
}

#[test]
fn each_key_misspelt_doubled_or_emptied_is_an_error() {
    for (number, line) in keys() {
        let lines: Vec<&str> = CLIENT.lines().collect();
        let with = |new: &str| {
            let mut lines = lines.clone();
            lines[number] = new;
            lines.join("\n") + "\n"
        };
        let (key, value) = line.split_once(':').expect("a key");
        let misspelt = with(&format!("{key}x:{value}"));
        let error = yaml::parse_client(&misspelt).expect_err(&misspelt);
        assert!(error.message.contains("unknown key"), "{misspelt}: {error}");
        if value.is_empty() {
            continue; // a block: its keys are tried one by one
        }
        let doubled = with(&format!("{line}\n{}", line.replacen("- ", "  ", 1)));
        let error = yaml::parse_client(&doubled).expect_err(&doubled);
        assert!(
            error.message.contains("duplicate key"),
            "{doubled}: {error}"
        );
        let emptied = with(&format!("{key}:"));
        let error = yaml::parse_client(&emptied).expect_err(&emptied);
        assert!(!error.range.is_empty(), "{emptied}: {error}");
        for wrong in ["{ a: b }", "[[1]]", "1"] {
            let typed = with(&format!("{key}: {wrong}"));
            assert!(yaml::parse_client(&typed).is_err(), "{typed}");
        }
    }
}
