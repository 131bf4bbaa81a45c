//! What `regen` and `lint` share: from a spec folder to what its docs say, with every finding.

use crate::Outcome;
use crate::diff::renamed;
use crate::folder::SpecFolder;
use crate::pins;
use generator::Extracted;
use generator::diagnostic::{Diagnostic, Severity};
use generator::resolve::Handmade;
use generator::source::SourceFile;

/// Reads the pages. The findings are those of the folder, of its pins and renames, and of the docs.
pub fn extract(folder: &SpecFolder) -> Extracted {
    let handmade = Handmade {
        overlay: &folder.overlay,
        overlay_text: folder.config("overlay.yaml"),
        models: &folder.models,
        models_text: folder.config("models.yaml"),
    };
    let mut extracted = generator::extract(&folder.pages, &folder.model_pages, &handmade);
    let pages: Vec<&SourceFile> = folder.pages.iter().chain(&folder.model_pages).collect();
    let unlike = folder.pins.compare(folder.config(pins::FILE), &pages);
    let version = folder
        .client
        .as_ref()
        .map(|client| client.krate.version.as_str());
    let text = folder.config(renamed::FILE);
    let stale = renamed::faults(&folder.renamed, text, &extracted.api, version);
    let faults = folder.faults.iter().cloned();
    extracted
        .diagnostics
        .splice(0..0, faults.chain(unlike).chain(stale));
    extracted
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
