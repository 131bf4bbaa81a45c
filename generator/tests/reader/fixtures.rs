//! Our own test pages: one that provokes each rule, and one for each form of the docs.

use crate::{describe, source};
use generator::diagnostic::{Code, Diagnostic};
use generator::{model_page, page};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rules of other stages, which are tested there.
const ELSEWHERE: &[Code] = &[
    Code::NamesNotOnWire,
    Code::TypedCopiesDiffer,
    Code::OverlayIgnored,
    Code::UnfitModel,
    Code::InvalidConfig,
    Code::ConfigIgnored,
    Code::ConflictMarker,
    Code::NotText,
    Code::InvalidYaml,
    Code::PinsMismatch,
    Code::InvalidPin,
    Code::DocsDrift,
    Code::StaleRename,
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
    Code::PageTwice,
    Code::OperationOnSeveralPages,
    Code::CopiesDiffer,
    Code::IdOfTwoOperations,
    Code::OperationUnderTwoIds,
    Code::TellingsDiffer,
    Code::NotInTyped,
    Code::OnlyInTyped,
    Code::TextInDisguise,
    Code::UnknownExpand,
    Code::ModelTwice,
    Code::InvalidTopics,
    Code::BadTopic,
    Code::DuplicateTopic,
    Code::TopicModelUnknown,
    Code::TopicWordsShared,
    Code::ModelsContradict,
    Code::UnreachedModel,
    Code::DoubtfulWireName,
    Code::DoubtfulJob,
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

fn stem(path: &Path) -> &str {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.expect("fixtures have plain names")
}

/// Reads a fixture as the page `WidgetsApi` or the model `Widget`: what was read, and what was
/// found.
fn read(path: &Path, is_model: bool) -> (String, Vec<Diagnostic>) {
    let text = fs::read_to_string(path).expect("fixtures are text");
    let (source, (read, lines, found)) = if is_model {
        let source = source("docs/typed/Widget.md", text);
        let (model, lines, found) = model_page::read(&source);
        let read = model.as_ref().map(describe::model);
        (source, (read, lines, found))
    } else {
        let source = source("docs/WidgetsApi.md", text);
        let (page, lines, found) = page::read(&source);
        let read = page.as_ref().map(describe::page);
        (source, (read, lines, found))
    };
    let read = read.unwrap_or_else(|| "nothing was read\n".to_owned());
    let found_text = describe::findings(&source, lines, &found);
    (format!("{read}\n{found_text}"), found)
}

/// The rule of a fixture's name is among the findings, and these are a snapshot.
fn check_rule(path: &Path, is_model: bool) {
    let snapshot = if is_model { "model-rule" } else { "page-rule" };
    let (text, found) = read(path, is_model);
    let name = stem(path);
    let is_provoked = found.iter().any(|found| found.code.name() == name);
    assert!(is_provoked, "{name} is not found:\n{text}");
    insta::assert_snapshot!(snapshot, text);
}

/// Nothing is found, and what was read is a snapshot.
fn check_form(path: &Path, is_model: bool) {
    let snapshot = if is_model { "model-form" } else { "page-form" };
    let (text, found) = read(path, is_model);
    assert!(found.is_empty(), "{text}");
    insta::assert_snapshot!(snapshot, text);
}

#[test]
fn page_rules_are_provoked() {
    insta::glob!("../fixtures", "pages/*.md", |path| check_rule(path, false));
}

#[test]
fn model_page_rules_are_provoked() {
    insta::glob!("../fixtures", "models/*.md", |path| check_rule(path, true));
}

#[test]
fn page_forms_are_read_whole() {
    insta::glob!("../fixtures", "forms/*.md", |path| check_form(path, false));
}

#[test]
fn model_page_forms_are_read_whole() {
    insta::glob!("../fixtures", "model-forms/*.md", |path| check_form(
        path, true
    ));
}

#[test]
fn each_rule_has_a_fixture() {
    let mut names = BTreeSet::new();
    for name in ["pages", "models"] {
        for entry in fs::read_dir(folder(name)).expect("there are fixtures") {
            let path = entry.expect("fixtures can be read").path();
            names.insert(stem(&path).to_owned());
        }
    }
    for code in Code::ALL {
        let is_here = names.contains(code.name());
        assert!(
            is_here != ELSEWHERE.contains(code),
            "`{}` needs a fixture, or a test elsewhere and its place in that list",
            code.name()
        );
    }
}

#[test]
fn rules_are_named_alike_and_tell_what_to_do() {
    let mut names = BTreeSet::new();
    for code in Code::ALL {
        let name = code.name();
        assert!(names.insert(name), "`{name}` is the name of two rules");
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
            "{name}"
        );
        assert!(
            !code.help().is_empty() && !code.help().ends_with('.'),
            "{name}"
        );
    }
}
