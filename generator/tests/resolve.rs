//! What small spec folders resolve to: one fixture per rule and per finding of the resolving
//! stage. A fixture is one text, each file of its folder under a line `=== path`.

use generator::diagnostic::{Code, Diagnostic};
use generator::resolve::Handmade;
use generator::source::SourceFile;
use generator::{Extracted, extract};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The files of a fixture, in its order.
fn files(fixture: &str) -> Vec<SourceFile> {
    let parts = fixture.split("=== ").skip(1);
    parts
        .map(|part| {
            let (path, text) = part.split_once('\n').expect("a line ends");
            SourceFile {
                path: path.to_owned(),
                text: text.to_owned(),
            }
        })
        .collect()
}

fn extract_fixture(files: &[SourceFile]) -> Extracted {
    let text_of = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.map_or("", |file| file.text.as_str())
    };
    let (overlay_text, models_text) = (text_of("overlay.yaml"), text_of("models.yaml"));
    let overlay = spec::yaml::parse_overlay(overlay_text).expect("the overlay is one");
    let models = match models_text {
        "" => spec::Models::default(),
        text => spec::yaml::parse_models(text).expect("the models are some"),
    };
    let handmade = Handmade {
        overlay: &overlay,
        overlay_text,
        models: &models,
        models_text,
    };
    let (models, pages): (Vec<_>, Vec<_>) = files
        .iter()
        .filter(|file| {
            Path::new(&file.path)
                .extension()
                .is_some_and(|ext| ext == "md")
        })
        .cloned()
        .partition(|file| file.path.starts_with("docs/typed/"));
    let topics = files
        .iter()
        .find(|file| file.path == "docs/notifications.json");
    extract(&pages, &models, topics, &handmade)
}

/// `file:line:column`, and the text there.
fn place(files: &[SourceFile], span: &generator::diagnostic::Span) -> String {
    let file = files.iter().find(|file| file.path == span.file);
    let text = &file.expect("findings are about files of the folder").text;
    let before = &text[..span.range.start];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!(
        "{}:{line}:{column} `{}`",
        span.file,
        &text[span.range.clone()]
    )
}

fn report(files: &[SourceFile], found: &Diagnostic) -> String {
    let code = found.code;
    let mut report = format!("{:?} {}: {}\n", code.severity(), code.name(), found.message);
    let _ = writeln!(report, "  at {}", place(files, &found.span));
    for (span, word) in &found.related {
        let _ = writeln!(report, "  {word}: {}", place(files, span));
    }
    report
}

fn check(fixture: &str) -> String {
    let files = files(fixture);
    let extracted = extract_fixture(&files);
    let mut out = String::new();
    for found in &extracted.diagnostics {
        out.push_str(&report(&files, found));
    }
    for page in &extracted.api.pages {
        out.push_str(&spec::yaml::write_page(
            page,
            &format!("docs/{}.md", page.api),
        ));
    }
    if !extracted.api.models.models.is_empty() {
        out.push_str(&spec::yaml::write_models(
            &extracted.api.models,
            "the models",
        ));
    }
    if !extracted.api.topics.is_empty() {
        out.push_str(&spec::yaml::write_topics(&extracted.api.topics, "topics"));
    }
    out
}

#[test]
fn fixtures() {
    insta::glob!("resolve/*.txt", |path| {
        let fixture = fs::read_to_string(path).expect("fixtures are text");
        insta::assert_snapshot!(check(&fixture));
    });
}

/// The figure in the summary of a run.
#[test]
fn lines_are_counted_over_all_docs() {
    let mut files = files(include_str!("resolve/topics.txt"));
    let docs = files.iter().filter(|file| file.path.starts_with("docs/"));
    let lines = docs.flat_map(|file| file.text.lines());
    let total = lines.filter(|line| !line.trim().is_empty()).count();
    let counted = |files: &[SourceFile]| {
        let lines = extract_fixture(files).lines;
        (lines.total, lines.accounted)
    };
    assert_eq!(counted(&files), (total, total));
    files[0].text.push_str("\n    stray\n");
    assert_eq!(counted(&files), (total + 1, total));
}

/// Every finding of the resolving stage is provoked by one of the fixtures.
#[test]
fn each_finding_has_a_fixture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/resolve");
    let mut provoked = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the fixtures are there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|ext| ext == "txt") {
            let files = files(&fs::read_to_string(path).expect("fixtures are text"));
            let found = extract_fixture(&files).diagnostics;
            provoked.extend(found.iter().map(|found| found.code));
        }
    }
    let missing: Vec<_> = CODES
        .iter()
        .filter(|code| !provoked.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

const CODES: [Code; 34] = [
    Code::BadName,
    Code::InvalidTopics,
    Code::BadTopic,
    Code::DuplicateTopic,
    Code::TopicModelUnknown,
    Code::PathParameterMissing,
    Code::PathParameterOptional,
    Code::PlaceholderMissing,
    Code::SeveralBodies,
    Code::WireNameTwice,
    Code::WireNameInvalid,
    Code::UnfitType,
    Code::OverlayMatchesNothing,
    Code::OverlayChangesNothing,
    Code::UnfitOverlay,
    Code::OverlayIgnored,
    Code::UnfitModel,
    Code::PageTwice,
    Code::OperationOnSeveralPages,
    Code::CopiesDiffer,
    Code::IdOfTwoOperations,
    Code::OperationUnderTwoIds,
    Code::TellingsDiffer,
    Code::NamesNotOnWire,
    Code::TypedCopiesDiffer,
    Code::NotInTyped,
    Code::OnlyInTyped,
    Code::TextInDisguise,
    Code::UnknownExpand,
    Code::ModelTwice,
    Code::ModelsContradict,
    Code::UnreachedModel,
    Code::DoubtfulJob,
    Code::DoubtfulWireName,
];
