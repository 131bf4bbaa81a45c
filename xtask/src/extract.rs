//! Shared by `regen` and `lint`: from a spec folder to its API and all findings.

use crate::folder::SpecFolder;
use crate::outcome::Outcome;
use crate::{pins, renamed};
use generator::Extracted;
use generator::diagnostic::{Code, Diagnostic, Severity, Span};
use generator::resolve::Handmade;
use generator::source::{LineCount, SourceFile};
use spec::{Api, yaml};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Reads the pages. The findings are those of the folder, of its pins and renames, and of the docs.
pub fn extract(folder: &SpecFolder) -> Extracted {
    let handmade = Handmade {
        overlay: &folder.overlay,
        overlay_text: folder.config("overlay.yaml"),
        models: &folder.models,
        models_text: folder.config("models.yaml"),
    };
    let pages = folder.pages.iter().chain(&folder.typed_pages);
    let pages: Vec<&SourceFile> = pages.chain(&folder.topics).collect();
    let pins = folder.config(pins::FILE);
    let mut unlike = folder.pins.faults(pins);
    if unlike.is_empty() && !folder.by_hand {
        unlike.extend(folder.pins.compare(pins, &pages));
    }
    if !unlike.is_empty() {
        // What else a mixture says is of no use.
        return Extracted {
            api: Api::default(),
            lines: LineCount::default(),
            docs_versions: BTreeSet::new(),
            diagnostics: folder.faults.iter().cloned().chain(unlike).collect(),
        };
    }
    let topics = folder.topics.as_ref();
    let mut extracted = generator::extract(&folder.pages, &folder.typed_pages, topics, &handmade);
    let version = folder
        .client
        .as_ref()
        .map(|client| client.krate.version.as_str());
    let text = folder.config(renamed::FILE);
    let api = with_handmade(&extracted.api, folder);
    let stale = renamed::faults(&folder.renamed, text, &api, version);
    let unfit = client_faults(folder, &api);
    let faults = folder.faults.iter().cloned();
    let drifts = folder.pins.drifts(pins);
    extracted
        .diagnostics
        .splice(0..0, faults.chain(unfit).chain(drifts).chain(stale));
    extracted
}

/// Findings of `spec`'s check of `client.yaml`, with their places.
fn client_faults(folder: &SpecFolder, api: &Api) -> Vec<Diagnostic> {
    const FILE: &str = "client.yaml";
    let Some(client) = &folder.client else {
        return Vec::new();
    };
    let pages: Vec<&str> = api.pages.iter().map(|page| page.api.as_str()).collect();
    let places = yaml::Places::new(folder.config(FILE));
    let faults = spec::check_client(client, &pages).into_iter();
    let found = faults.map(|fault| Diagnostic {
        code: if fault.ignored {
            Code::ConfigIgnored
        } else {
            Code::InvalidConfig
        },
        message: fault.message,
        span: Span {
            file: FILE.to_owned(),
            range: places.value(&fault.path),
        },
        related: Vec::new(),
    });
    found.collect()
}

/// Pages of the IR that were written by hand have operations too. One that cannot be read is told
/// when it is rendered.
fn with_handmade<'a>(api: &'a Api, folder: &SpecFolder) -> Cow<'a, Api> {
    if folder.handmade_ir.is_empty() {
        return Cow::Borrowed(api);
    }
    let handmade = folder.handmade_ir.iter();
    let handmade = handmade.filter_map(|file| yaml::parse_page(&file.text).ok());
    let mut api = api.clone();
    api.pages.extend(handmade);
    Cow::Owned(api)
}

/// Whether there is an error among the findings.
pub fn outcome(diagnostics: &[Diagnostic]) -> Outcome {
    if diagnostics.iter().any(is_error) {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

/// Whether nothing may be written with this finding.
pub fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.severity() == Severity::Error
}
