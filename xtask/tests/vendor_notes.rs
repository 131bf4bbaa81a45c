//! The vendor's release notes as the judge: what they say changed, the diff must say, and of those
//! kinds nothing else that the docs don't bear out.
//!
//! Reads `pair-*` of the shared corpus, which a user's machine does not have:
//! `cargo test -p xtask -- --ignored`.

use api_diff::{Access, Change, Id, compare};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What the notes of a version do not say, or say otherwise than the docs: kind, the change in the
/// notes' form, and the reason. Each must really be a difference, or the test fails.
const DISAGREEMENTS: &[(u32, &str, &[&str], &str)] = &[(
    249,
    "operation-added",
    &["PATCH", "/api/v2/externalcontacts/contacts/{contactId}"],
    "the page after has the operation (with a section and a row of the table), the page before has \
     not, and the notes do not name it",
)];

fn shared() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from);
    let is_there = folder.join("corpus/pair-249").is_dir();
    assert!(is_there, "{} has no corpus/pair-*", folder.display());
    folder
}

fn changes(shared: &Path, version: u32) -> Vec<Change> {
    let read = |side: &str| {
        let folder = shared.join(format!("corpus/pair-{version}/{side}"));
        let mut pages = Vec::new();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            pages.push(generator::source::SourceFile {
                path: format!("docs/{name}"),
                text,
            });
        }
        let (overlay, models) = (spec::Overlay::default(), spec::Models::default());
        let handmade = generator::resolve::Handmade {
            overlay: &overlay,
            overlay_text: "",
            models: &models,
            models_text: "",
        };
        generator::extract(&pages, &[], None, &handmade).api
    };
    compare(&read("old"), &read("new"), &[])
}

/// A change in the notes' form: kind, then method, path, and what the kind adds.
fn as_noted(change: &Change) -> Option<(&'static str, Vec<String>)> {
    let subject = &change.subject;
    let mut facts = vec![subject.method?.to_string(), subject.path.clone()?];
    let kind = match change.id {
        Id::EndpointAdded => "operation-added",
        Id::RemovedWithDeprecation | Id::RemovedWithoutDeprecation => "operation-removed",
        Id::EndpointDeprecated => "deprecated",
        Id::NewPathParameter
        | Id::NewRequiredParameter
        | Id::NewOptionalParameter
        | Id::BodyAddedRequired
        | Id::BodyAddedOptional => "parameter-added",
        Id::ParameterRemoved | Id::BodyRemoved => "parameter-removed",
        Id::ParameterBecameRequired | Id::BodyBecameRequired => "parameter-required",
        Id::ParameterBecameOptional | Id::BodyBecameOptional => "parameter-optional",
        Id::ResponseTypeChanged => "returns-changed",
        _ => return None,
    };
    facts.extend(subject.parameter.clone());
    if change.id == Id::ResponseTypeChanged {
        facts.extend([change.old.clone()?, change.new.clone()?]);
    }
    Some((kind, facts))
}

type Noted = BTreeSet<(String, Vec<String>)>;

fn notes(shared: &Path, version: u32) -> Noted {
    let text = fs::read_to_string(shared.join(format!("facts/notes-{version}.json"))).unwrap();
    let kinds: BTreeMap<String, Vec<Vec<Value>>> = serde_json::from_str(&text).unwrap();
    let facts = |entry: Vec<Value>| {
        entry
            .iter()
            .map(|fact| fact.as_str().unwrap().to_owned())
            .collect()
    };
    kinds
        .into_iter()
        .flat_map(|(kind, entries)| {
            entries
                .into_iter()
                .map(move |entry| (kind.clone(), facts(entry)))
        })
        .collect()
}

#[test]
#[ignore = "needs the folder `shared`"]
fn the_diff_says_what_the_notes_say() {
    let shared = shared();
    for version in [190, 223, 249] {
        let found: Noted = changes(&shared, version)
            .iter()
            .filter_map(as_noted)
            .map(|(kind, facts)| (kind.to_owned(), facts))
            .collect();
        let noted = notes(&shared, version);
        assert!(!noted.is_empty(), "{version}: the notes say something");
        let disagreements: Noted = DISAGREEMENTS
            .iter()
            .filter(|(of, ..)| *of == version)
            .map(|(_, kind, facts, _)| {
                (
                    (*kind).to_owned(),
                    facts.iter().map(|fact| (*fact).to_owned()).collect(),
                )
            })
            .collect();
        let differ: Noted = noted.symmetric_difference(&found).cloned().collect();
        assert_eq!(
            differ, disagreements,
            "{version}: the notes and the diff disagree about these"
        );
    }
}

/// The disagreements are about docs that anybody can read: there, they say what the diff says.
#[test]
#[ignore = "needs the folder `shared`"]
fn the_docs_bear_out_the_disagreements() {
    let shared = shared();
    for (version, kind, facts, _) in DISAGREEMENTS {
        assert_eq!(
            *kind, "operation-added",
            "say here how the docs show a {kind}"
        );
        let says = |side: &str| {
            let folder = shared.join(format!("corpus/pair-{version}/{side}"));
            fs::read_dir(folder).unwrap().any(|entry| {
                let text = fs::read_to_string(entry.unwrap().path()).unwrap();
                text.lines().any(|line| line.trim() == facts.join(" "))
            })
        };
        assert!(
            !says("old") && says("new"),
            "{version}: {}",
            facts.join(" ")
        );
    }
}

/// What the notes never say: whom a version lets in, and whom it shuts out.
#[test]
#[ignore = "needs the folder `shared`"]
fn eleven_recording_operations_let_more_callers_in() {
    let shared = shared();
    let changes = changes(&shared, 249);
    let permissions: Vec<_> = changes
        .iter()
        .filter(|change| change.access.is_some())
        .collect();
    assert_eq!(permissions.len(), 11);
    for change in permissions {
        assert_eq!(change.id, Id::PermissionAdded);
        assert_eq!(change.subject.api.as_deref(), Some("RecordingApi"));
        assert_eq!(
            change.new.as_deref(),
            Some("recording:screenRecording:view")
        );
        assert_eq!(
            change.access,
            Some(Access::Widened),
            "the lists are ANY lists"
        );
    }
}
