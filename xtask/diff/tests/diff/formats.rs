//! The five formats, of all cases together.

use crate::cases::{api, together};
use crate::shown::{PLAIN, in_github, in_html, in_markdown, in_text, report};
use api_diff::render::{json, text};
use api_diff::{Approval, Approvals, DiffReport};
use spec::Api;

/// All cases, with an approval that matches nothing.
fn all_cases() -> DiffReport {
    let before = together(|name, case| case.before(name));
    let after = together(|name, case| case.after(name));
    let mut report = report(&before, &after);
    let old = approval("ffffffffffffffff", "It was so once");
    report.approvals = Approvals::match_up(vec![old], &report.changes);
    report
}

fn approval(fingerprint: &str, because: &str) -> Approval {
    Approval {
        fingerprint: fingerprint.to_owned(),
        because: because.to_owned(),
    }
}

#[test]
fn text() {
    insta::assert_snapshot!(in_text(&all_cases()));
}

#[test]
fn text_in_colour_has_the_same_words() {
    let report = all_cases();
    let all = text::TextOptions { all: true, ..PLAIN };
    let plain = text::render(&report, all);
    let coloured = text::render(&report, text::TextOptions { color: true, ..all });
    let mut bare = String::new();
    let mut parts = coloured.split("\x1b[");
    bare.push_str(parts.next().unwrap());
    for part in parts {
        bare.push_str(part.split_once('m').unwrap().1);
    }
    assert!(
        coloured.starts_with("\x1b[1mAPI diff\x1b[0m v0.4.2"),
        "{coloured}"
    );
    assert_eq!(plain, bare);
}

#[test]
fn markdown() {
    let out = in_markdown(&all_cases(), Some("https://example.com/blob/{revision}"));
    assert!(out.len() <= 65_536, "{} bytes", out.len());
    insta::assert_snapshot!(out);
}

#[test]
fn html() {
    let out = in_html(&all_cases());
    let (_, body) = out.split_once("</head>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    insta::assert_snapshot!(body);
    for foreign in ["http://", "src=", "href=", "@import", "url("] {
        assert!(
            !out.replace("https://api.example", "").contains(foreign),
            "{foreign} reaches out"
        );
    }
}

#[test]
fn github() {
    let out = in_github(&all_cases());
    assert!(out.lines().all(|line| line.starts_with("::")), "{out}");
    insta::assert_snapshot!(out);
}

#[test]
fn json_is_what_its_schema_says() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../schema/diff.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut report = all_cases();
    let document = |report: &DiffReport| -> serde_json::Value {
        serde_json::from_str(&json::render(report)).unwrap()
    };
    let before = document(&report);
    let errors: Vec<_> = validator
        .iter_errors(&before)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(before["bump"], "major");
    // With an approval, too; and the schema does refuse something.
    let fingerprint = before["changes"][0]["fingerprint"].as_str().unwrap();
    let agreed = approval(fingerprint, "Agreed");
    report.approvals = Approvals::match_up(vec![agreed], &report.changes);
    let mut document = document(&report);
    assert_eq!(document["changes"][0]["accepted"], "Agreed");
    assert!(validator.is_valid(&document));
    document["changes"][0]["wire"] = "terrible".into();
    assert!(!validator.is_valid(&document));
}

#[test]
fn the_summary_says_only_what_there_is() {
    let none = "permissions: { require: none }, ";
    let one = "permissions: { require: any, of: [\"a:b:view\"] }, ";
    let version = |permissions: Option<&str>, topic: bool| {
        let operation = |permissions: &str| {
            format!("[{{ id: getIt, method: GET, path: /it, {permissions}returns: string }}]")
        };
        let mut version = api("ThingsApi", &permissions.map_or("[]".to_owned(), operation));
        version.topics.extend(topic.then(|| spec::Topic {
            topic: "v2.things".to_owned(),
            model: spec::Type::Object,
            permissions: None,
        }));
        version
    };
    let fine = "1 change: nothing breaks on the wire, nothing breaks in Rust";
    let gone = "1 change: 1 breaking on the wire, 1 breaking in Rust";
    let refused = "1 change: 1 breaking on the wire, nothing breaks in Rust";
    for (old, new, head, tail) in [
        (
            version(None, false),
            version(Some(""), false),
            fine,
            "1 operation added, 0 removed",
        ),
        (
            version(Some(""), false),
            version(None, false),
            gone,
            "0 operations added, 1 removed",
        ),
        (
            version(None, false),
            version(None, true),
            fine,
            "1 topic added, 0 removed",
        ),
        (
            version(None, true),
            version(None, false),
            gone,
            "0 topics added, 1 removed",
        ),
        (
            version(Some(none), false),
            version(Some(one), false),
            refused,
            "permissions: 1 narrowed, 0 widened",
        ),
        (
            version(Some(one), false),
            version(Some(none), false),
            fine,
            "permissions: 0 narrowed, 1 widened",
        ),
    ] {
        assert_eq!(report(&old, &new).summary(), format!("{head}; {tail}."));
    }
}

#[test]
fn untyped_bodies_are_counted() {
    let note = |types: &[&str]| {
        let operation = |(index, ty): (usize, &&str)| {
            format!(
                "- {{ id: put{index}, method: PUT, path: /it/{index}, returns: void, parameters: [{{ name: body, in: body, type: {ty} }}] }}\n"
            )
        };
        let version = api(
            "ThingsApi",
            &types.iter().enumerate().map(operation).collect::<String>(),
        );
        report(&version, &version)
            .untyped_note()
            .map(|note| note[..40].to_owned())
    };
    assert_eq!(note(&["string", "Thing"]), None);
    assert_eq!(
        note(&["string", "[object]"]).as_deref(),
        Some("Not judged: 1 of the 2 request bodies ha")
    );
    assert_eq!(
        note(&["object", "{ string: object }"]).as_deref(),
        Some("Not judged: 2 of the 2 request bodies ha")
    );
}

#[test]
fn what_happened_to_several_is_said_once_with_their_number() {
    let version = |deprecated: bool, opaque: bool, model: &str| {
        let operation = |index: usize| {
            format!(
                "- {{ id: get{index}, method: GET, path: /it/{index}, deprecated: {deprecated}, returns: string }}\n"
            )
        };
        let mut version = api("ThingsApi", &(0..2).map(operation).collect::<String>());
        let models = (0..3).map(|index| format!("- {{ name: Thing{index}, opaque: {opaque} }}\n"));
        version.models.models = spec::yaml::parse(&models.collect::<String>()).unwrap();
        version.topics.extend((0..4).map(|index| spec::Topic {
            topic: format!("v2.things{index}"),
            model: spec::Type::Model(model.to_owned()),
            permissions: None,
        }));
        version
    };
    let shown = in_text(&report(
        &version(false, false, "Old"),
        &version(true, true, "New"),
    ));
    for line in [
        "supported → deprecated  2 operations",
        "typed → opaque  3 models",
        "Old → New  4 topics",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
}

/// A description fills no screen, but which permissions they are is nowhere else.
#[test]
fn permissions_are_shown_whole_and_prose_is_cut() {
    let long = |letter: &str| letter.repeat(250);
    let version = |letter: &str| {
        let long = long(letter);
        let operation = format!(
            "[{{ id: getIt, method: GET, path: /it, summary: {long}, permissions: {{ require: any, of: [{long}] }}, returns: string }}]"
        );
        api("ThingsApi", &operation)
    };
    let all = text::TextOptions { all: true, ..PLAIN };
    let shown = text::render(&report(&version("a"), &version("b")), all);
    assert!(
        shown.contains(&format!("{} → {}", long("a"), long("b"))),
        "{shown}"
    );
    let cut = |letter: &str| letter.repeat(200) + "…";
    assert!(
        shown.contains(&format!("{} → {}", cut("a"), cut("b"))),
        "{shown}"
    );
}

/// Docs that try to leave the text that they stand in.
fn hostile(summary: &str) -> Api {
    let operation = format!(
        "- {{ id: getThing, method: GET, path: \"/things/{{id}}\", summary: {}, returns: string, \
         parameters: [{{ name: sort, in: query, type: string, values: [{}] }}] }}",
        serde_json::to_string(summary).unwrap(),
        serde_json::to_string(summary).unwrap()
    );
    api("ThingsApi", &operation)
}

#[test]
fn texts_of_the_docs_stay_texts() {
    let hostile = report(
        &hostile("harmless"),
        &hostile("a `b` | <script>alert(1)</script> @everybody\n::error::x ]( \"q\" </td>"),
    );
    let html = in_html(&hostile);
    assert_eq!(html.matches("<script>").count(), 1, "only our own");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    let markdown = in_markdown(&hostile, None);
    let values = markdown.lines().filter(|line| line.contains("<script>"));
    for line in values {
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        let outside: Vec<&str> = line.split("`` ").step_by(2).collect();
        assert!(!outside.concat().contains('<'), "{line}");
    }
    let github = in_github(&hostile);
    assert!(
        github.lines().all(|line| line.starts_with("::")),
        "{github}"
    );
    assert_eq!(github.matches("\n::error::x").count(), 0);
}

#[test]
fn a_comment_stays_below_the_limit_and_counts_the_rest() {
    let operations = |name: &str| -> String {
        let one = |index: usize| {
            format!(
                "- {{ id: get{name}{index}, method: GET, path: \"/{}/{index}\", returns: string }}\n",
                name.to_lowercase()
            )
        };
        (0..300).map(one).collect()
    };
    let mut new = Api::default();
    for page in ["AlphaApi", "BetaApi", "GammaApi"] {
        new.pages.extend(api(page, &operations(page)).pages);
    }
    let out = in_markdown(&report(&Api::default(), &new), None);
    assert!(out.len() <= 65_536, "{} bytes", out.len());
    assert!(out.len() > 55_000, "the room is used: {} bytes", out.len());
    let left_out = out
        .lines()
        .find(|line| line.contains("did not fit"))
        .expect("the rest is counted");
    let shown = out
        .lines()
        .filter(|line| line.starts_with("  - [`get"))
        .count();
    let all = 900; // operations
    assert!(
        left_out.starts_with(&format!("**{} changes more**", all - shown)),
        "{left_out}, {shown} shown"
    );
    assert_eq!(
        out.matches("<details").count(),
        out.matches("</details>").count()
    );
}

/// The heads of pages count, too.
#[test]
fn a_comment_of_long_names_stays_below_the_limit() {
    let mut new = Api::default();
    for index in 0..60 {
        let name = format!("A{index}{}Api", "a".repeat(2_500));
        let operation =
            format!("[{{ id: get{index}, method: GET, path: /it/{index}, returns: string }}]");
        new.pages.extend(api(&name, &operation).pages);
    }
    let mut old = new.clone();
    for page in &mut old.pages {
        page.operations.clear();
    }
    let out = in_markdown(&report(&old, &new), None);
    assert!(out.len() <= 65_536, "{} bytes", out.len());
    assert!(out.contains("did not fit"), "{out}");
}
