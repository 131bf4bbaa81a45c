//! Pages of many versions of the docs: all lines are accounted for, and all findings are real
//! contradictions of the docs. The counts are a snapshot.
//!
//! Needs the folder at `SHARED_DIR` or beside the workspace: `cargo test -p generator -- --ignored`.

use generator::diagnostic::{Diagnostic, Severity};
use generator::form::{self, ReadPage};
use generator::raw::{RawModel, RawPage};
use generator::source::{LineCount, SourceFile};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("SHARED_DIR").map_or(beside, PathBuf::from);
    let folder = shared.join("corpus");
    assert!(folder.is_dir(), "{} is not there", folder.display());
    folder
}

#[test]
#[ignore = "needs the folder `shared`"]
fn every_page_of_the_corpus_is_read_whole() {
    let corpus = corpus();
    let mut folders = Vec::new();
    for folder in subfolders(&corpus) {
        let pair = subfolders(&folder);
        folders.extend(if pair.is_empty() { vec![folder] } else { pair });
    }
    let mut text = String::new();
    for folder in folders {
        let name = folder.strip_prefix(&corpus).expect("it is in the corpus");
        let name = name.to_str().expect("the corpus has plain names");
        describe_folder(&mut text, name, &pages(&folder));
    }
    insta::assert_snapshot!(text);
}

fn describe_folder(text: &mut String, name: &str, pages: &[SourceFile]) {
    let results: Vec<(Facts, LineCount, Vec<Diagnostic>)> = pages
        .par_iter()
        .map(|source| {
            let (page, lines, found) = form::read(source);
            let facts = match &page {
                Some(ReadPage::Operations(page)) => of_page(page),
                Some(ReadPage::Model(model)) => of_model(model),
                None => Facts::new(),
            };
            (facts, lines, found)
        })
        .collect();
    let mut facts = Facts::new();
    let mut lines = LineCount::default();
    let mut codes = BTreeMap::new();
    for (page_facts, page_lines, found) in results {
        for (fact, count) in page_facts {
            *facts.entry(fact).or_insert(0) += count;
        }
        lines += page_lines;
        for diagnostic in found {
            let code = diagnostic.code;
            assert!(code.severity() < Severity::Error, "{name}: {diagnostic:?}");
            *codes.entry(code.name()).or_insert(0) += 1;
        }
    }
    assert_eq!(lines.accounted, lines.total, "{name}");
    let (pages, lines) = (pages.len(), lines.total);
    writeln!(text, "{name}: {pages} pages, {lines} lines").expect("it is a string");
    for (fact, count) in facts {
        writeln!(text, "    {count} {fact}").expect("it is a string");
    }
    for (code, count) in codes {
        writeln!(text, "    {code}: {count}").expect("it is a string");
    }
}

/// What was read, counted.
type Facts = BTreeMap<&'static str, usize>;

fn of_page(page: &RawPage) -> Facts {
    let mut facts = Facts::new();
    let mut count = |fact, number| *facts.entry(fact).or_insert(0) += number;
    count("operations", page.operations.len());
    for operation in &page.operations {
        count(
            "operations that are deprecated",
            operation.deprecated.into(),
        );
        count("operations that are preview", operation.preview.into());
        count(
            "permissions",
            operation.permissions.iter().map(|p| p.of.len()).sum(),
        );
        count("parameters", operation.parameters.len());
        for parameter in &operation.parameters {
            count("parameters that are optional", (!parameter.required).into());
            count("defaults", parameter.default.is_some().into());
            count("values", parameter.values.len());
            count("example values", parameter.example.is_some().into());
        }
    }
    facts
}

fn of_model(model: &RawModel) -> Facts {
    let required = model.fields.iter().filter(|field| field.required);
    Facts::from([
        ("fields", model.fields.len()),
        ("fields that are required", required.count()),
        (
            "values of fields",
            model.fields.iter().map(|field| field.values.len()).sum(),
        ),
    ])
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the corpus can be read");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("the corpus can be read").path())
        .collect();
    paths.sort();
    paths
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let mut folders = entries(folder);
    folders.retain(|path| path.is_dir());
    folders
}

fn pages(folder: &Path) -> Vec<SourceFile> {
    let read = |path: &PathBuf| {
        let name = path.file_name().expect("a file has a name");
        let name = name.to_str().expect("the corpus has plain names");
        crate::source(
            &format!("docs/{name}"),
            fs::read_to_string(path).expect("pages are text"),
        )
    };
    entries(folder).iter().map(read).collect()
}
