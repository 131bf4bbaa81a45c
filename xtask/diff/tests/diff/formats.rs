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
    assert_ne!(plain, coloured);
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
