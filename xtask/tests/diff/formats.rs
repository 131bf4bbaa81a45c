//! The five formats, of all cases together.

use crate::cases::{client, together};
use crate::spec_folder::{Folder, api};
use spec::Api;

/// A repository with all cases: committed as they were, in the working tree as they are.
fn repository() -> Folder {
    let folder = Folder::new();
    folder.init();
    folder.write_ir("spec/ir", &together(|name, case| case.before(name)));
    folder.write("spec/client.yaml", &client("0.4.2"));
    folder.commit("Before");
    folder.write_ir("spec/ir", &together(|name, case| case.after(name)));
    folder.write(
        "spec/accepted.yaml",
        "- { fingerprint: ffffffffffffffff, because: It was so once }\n",
    );
    folder
}

/// Commits have another name each time, as everything that git dates.
fn settled(text: &str) -> String {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mut out = String::new();
    let mut word = String::new();
    for character in text.chars().chain(['\0']) {
        if is_hex(character) {
            word.push(character);
            continue;
        }
        // Ten digits in a label, forty in a link; a fingerprint has sixteen.
        let is_commit = matches!(word.len(), 10 | 40);
        out.push_str(if is_commit { "COMMIT" } else { &word });
        word.clear();
        out.push(character);
    }
    out.trim_end_matches('\0').to_owned()
}

#[test]
fn text() {
    let ran = repository().xtask(&["diff"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    insta::assert_snapshot!(settled(&ran.out));
}

#[test]
fn text_in_colour_has_the_same_words() {
    let folder = repository();
    let (plain, coloured) = (
        folder.xtask(&["diff", "--all"]),
        folder.xtask(&["diff", "--all", "--color", "always"]),
    );
    let mut bare = String::new();
    let mut parts = coloured.out.split("\x1b[");
    bare.push_str(parts.next().unwrap());
    for part in parts {
        bare.push_str(part.split_once('m').unwrap().1);
    }
    assert_ne!(plain.out, coloured.out);
    assert_eq!(plain.out, bare);
}

#[test]
fn markdown() {
    let ran = repository().xtask(&[
        "diff",
        "--format",
        "markdown",
        "--links",
        "https://example.com/blob/{revision}",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.len() <= 65_536, "{} bytes", ran.out.len());
    insta::assert_snapshot!(settled(&ran.out));
}

#[test]
fn html() {
    let ran = repository().xtask(&["diff", "--format", "html"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (_, body) = ran.out.split_once("</head>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    insta::assert_snapshot!(settled(body));
    for foreign in ["http://", "src=", "href=", "@import", "url("] {
        assert!(
            !ran.out.replace("https://api.example", "").contains(foreign),
            "{foreign} reaches out"
        );
    }
}

#[test]
fn github() {
    let ran = repository().xtask(&["diff", "--format", "github"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.lines().all(|line| line.starts_with("::")),
        "{}",
        ran.out
    );
    insta::assert_snapshot!(settled(&ran.out));
}

#[test]
fn json_is_what_its_schema_says() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../diff/schema/diff.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = repository();
    let ran = folder.xtask(&["diff", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(document["bump"], "major");
    // With an approval, too; and the schema does refuse something.
    let fingerprint = document["changes"][0]["fingerprint"].as_str().unwrap();
    folder.write(
        "spec/accepted.yaml",
        &format!("- {{ fingerprint: {fingerprint}, because: Agreed }}\n"),
    );
    let ran = folder.xtask(&["diff", "--format", "json"]);
    let mut document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
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
    let folder = Folder::new();
    folder.write_ir("old", &hostile("harmless"));
    folder.write_ir(
        "new",
        &hostile("a `b` | <script>alert(1)</script> @everybody\n::error::x ]( \"q\" </td>"),
    );
    let html = folder
        .xtask(&["diff", "old", "new", "--format", "html"])
        .out;
    assert_eq!(html.matches("<script>").count(), 1, "only our own");
    assert!(html.contains("&lt;script&gt;alert(1)"));
    let markdown = folder
        .xtask(&["diff", "old", "new", "--format", "markdown"])
        .out;
    let values = markdown.lines().filter(|line| line.contains("<script>"));
    for line in values {
        assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        let outside: Vec<&str> = line.split("`` ").step_by(2).collect();
        assert!(!outside.concat().contains('<'), "{line}");
    }
    let github = folder
        .xtask(&["diff", "old", "new", "--format", "github"])
        .out;
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
    let folder = Folder::new();
    let mut new = Api::default();
    for page in ["AlphaApi", "BetaApi", "GammaApi"] {
        new.pages.extend(api(page, &operations(page)).pages);
    }
    folder.write_ir("old", &Api::default());
    folder.write_ir("new", &new);
    let ran = folder.xtask(&["diff", "old", "new", "--format", "markdown"]);
    assert!(ran.out.len() <= 65_536, "{} bytes", ran.out.len());
    assert!(
        ran.out.len() > 55_000,
        "the room is used: {} bytes",
        ran.out.len()
    );
    let left_out = ran
        .out
        .lines()
        .find(|line| line.contains("did not fit"))
        .expect("the rest is counted");
    let shown = ran
        .out
        .lines()
        .filter(|line| line.starts_with("  - [`get"))
        .count();
    let all = 900; // operations
    assert!(
        left_out.starts_with(&format!("**{} changes more**", all - shown)),
        "{left_out}, {shown} shown"
    );
    assert_eq!(
        ran.out.matches("<details").count(),
        ran.out.matches("</details>").count()
    );
}
