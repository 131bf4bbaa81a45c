//! Holds what is resolved against what the vendor's own SDK sends (`facts/` of the folder
//! `shared`): path, places, wire names, arrays and bodies of each operation, and the keys of each
//! model's fields.
//!
//! Needs the folder at `SHARED_DIR` or beside the workspace, and says so where it is absent.

use generator::diagnostic::Severity;
use generator::resolve::{Handmade, resolve};
use generator::source::SourceFile;
use spec::{Api, Location, Models, Operation, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const SPEC_OVERLAY: &str = include_str!("../../spec/overlay.yaml");
const OVERLAY_259: &str = include_str!("overlay-259.yaml");

fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from);
    if folder.join("facts").is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no folder {}", folder.display());
    None
}

fn sources(folder: &Path, prefix: &str) -> Vec<SourceFile> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the corpus is there")
        .map(|entry| entry.expect("the folder can be read").file_name())
        .map(|name| name.into_string().expect("pages have plain names"))
        .filter(|name| Path::new(name).extension().is_some_and(|ext| ext == "md"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|name| SourceFile {
            text: fs::read_to_string(folder.join(&name)).expect("pages are text"),
            path: format!("{prefix}/{name}"),
        })
        .collect()
}

/// Resolves the operations of a folder and fails on any error.
fn operations(folder: &Path, overlay_text: &str) -> Api {
    let pages = sources(folder, "docs")
        .iter()
        .map(|source| {
            generator::page::read(source)
                .0
                .expect("the corpus is readable")
        })
        .collect();
    settle(pages, Vec::new(), overlay_text)
}

fn settle(
    pages: Vec<generator::raw::RawPage>,
    model_pages: Vec<generator::raw::RawModel>,
    overlay_text: &str,
) -> Api {
    let overlay = spec::yaml::parse_overlay(overlay_text).expect("the overlay is one");
    let (api, diagnostics) = resolve(
        pages,
        model_pages,
        &Handmade {
            overlay: &overlay,
            overlay_text,
            models: &Models::default(),
            models_text: "",
        },
    );
    let errors: Vec<_> = diagnostics
        .iter()
        .filter(|found| found.code.severity() == Severity::Error)
        .map(|found| (found.code.name(), &found.message, &found.span))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    api
}

fn facts<T: serde::de::DeserializeOwned>(shared: &Path, name: &str) -> T {
    let text = fs::read_to_string(shared.join("facts").join(name)).expect("the facts are there");
    serde_json::from_str(&text).expect("the facts are JSON of that shape")
}

/// What decides the bytes of a request.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
struct Wire {
    method: String,
    path: String,
    path_params: BTreeSet<String>,
    query: BTreeSet<String>,
    header: BTreeSet<String>,
    body: bool,
    arrays: BTreeSet<String>,
}

fn wire(operation: &Operation) -> Wire {
    let names = |location: Location| {
        let there = operation
            .parameters
            .iter()
            .filter(move |p| p.location == location);
        there.map(|p| p.wire_name().to_owned())
    };
    let arrays = operation.parameters.iter().filter(|parameter| {
        parameter.location == Location::Query && matches!(parameter.ty, Type::Array(_))
    });
    Wire {
        method: operation.method.to_string(),
        path: operation.path.clone(),
        path_params: names(Location::Path).collect(),
        query: names(Location::Query).collect(),
        header: names(Location::Header)
            .map(|field| field.to_ascii_lowercase())
            .collect(),
        body: names(Location::Body).next().is_some(),
        arrays: arrays
            .map(|parameter| parameter.wire_name().to_owned())
            .collect(),
    }
}

/// Operations that are right, all operations, and what is wrong with the others.
fn parity(api: &Api, facts: &BTreeMap<String, Wire>) -> (usize, usize, Vec<String>) {
    let mut ours = BTreeMap::new();
    for page in &api.pages {
        for operation in &page.operations {
            ours.insert(format!("{}.{}", page.api, operation.id), wire(operation));
        }
    }
    let mut wrong = Vec::new();
    for (id, theirs) in facts {
        let header = theirs
            .header
            .iter()
            .map(|field| field.to_ascii_lowercase())
            .collect();
        let theirs = Wire {
            method: theirs.method.clone(),
            path: theirs.path.clone(),
            path_params: theirs.path_params.clone(),
            query: theirs.query.clone(),
            arrays: theirs.arrays.clone(),
            header,
            body: theirs.body,
        };
        match ours.remove(id) {
            Some(ours) if ours == theirs => {}
            Some(ours) => wrong.push(format!("{id}: {ours:?} instead of {theirs:?}")),
            None => wrong.push(format!("{id} is missing")),
        }
    }
    wrong.extend(
        ours.keys()
            .map(|id| format!("{id} is unknown to the vendor")),
    );
    (facts.len().saturating_sub(wrong.len()), facts.len(), wrong)
}

fn check_operations(version: u32, overlay: &str) {
    let Some(shared) = shared() else { return };
    let folder = shared.join(format!("corpus/js-{version}"));
    let facts = facts(&shared, &format!("wire-{version}.json"));

    let (right, all, wrong) = parity(&operations(&folder, ""), &facts);
    println!(
        "js-{version} without overlay: {right} of {all}\n{}",
        wrong.join("\n")
    );
    assert!(right * 1000 >= all * 993, "{right} of {all}: {wrong:#?}");

    let (right, all, wrong) = parity(&operations(&folder, overlay), &facts);
    println!("js-{version} with overlay: {right} of {all}");
    assert_eq!(right, all, "{wrong:#?}");
}

#[test]
fn operations_of_184_send_what_the_vendor_sends() {
    check_operations(184, SPEC_OVERLAY);
}

#[test]
fn operations_of_259_send_what_the_vendor_sends() {
    check_operations(259, OVERLAY_259);
}
