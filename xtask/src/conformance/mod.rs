//! `cargo xtask conformance`: whether the generated client sends what the vendor's own SDK sends.
//!
//! Every operation is called on both with the same arguments, against a server on loopback that
//! records what arrives; the two requests are normalised ([`normal`]) and compared as bytes. Every
//! difference is a fault here or a documented fault there ([`faults`]). Really sent on both sides:
//! what is compared is what left the process, not what either side meant to send.

mod cases;
mod compare;
mod faults;
mod harness;
mod normal;
mod report;
mod values;
mod vendor;

use crate::cli::ConformanceArgs;
use crate::folder::SpecFolder;
use crate::outcome::Outcome;
use crate::output::Form;
use crate::{build, extract, output, workspace};
use anyhow::{Context as _, Result, bail};
use cases::Examples;
use faults::KnownFault;
use harness::Harness;
use report::RunVerdict;
use spec::{Api, ClientConfig, RenamedOperation};
use std::path::PathBuf;
use std::time::Instant;
use vendor::Vendor;

/// Compares, and shows what came of it.
///
/// # Errors
/// node or npm is missing, the SDK cannot be installed, the docs have errors, or a side cannot be
/// called at all.
pub fn run(args: &ConformanceArgs) -> Result<Outcome> {
    let sources = workspace::root().join("xtask").join("conformance");
    let target = target();
    let scratch = target.join("conformance");
    // What may be missing comes first, what takes long last.
    let vendor = Vendor::install(&sources, &scratch.join("node"), &args.sdk)?;
    if args.install {
        return Ok(Outcome::Fine);
    }
    let faults = known_faults(&sources)?;
    let folder = SpecFolder::read(&workspace::folder(args.spec.as_deref(), "spec"))?;
    let Some(client) = &folder.client else {
        bail!("client.yaml is missing or cannot be read");
    };
    let extracted = extract::extract(&folder);
    if extract::outcome(&extracted.diagnostics) == Outcome::Findings {
        bail!("the docs have errors, which `cargo xtask lint` shows");
    }
    let api = build::parse_ir(&build::ir_files(&extracted.api))?;
    let cases = cases::cases(&api, &examples(&folder));
    let cases_text = serde_json::to_string(&cases).context("the cases as JSON")?;

    let start = Instant::now();
    let recorder = vendor.call(&cases_text)?;
    let sdk_time = start.elapsed();
    let client_files = build::client_files(&api, client, &folder.renamed, None);
    let harness_files = harness_files(&api, client, &folder.renamed);
    let harness = Harness::build(
        &scratch.join("client"),
        &target,
        harness_files,
        client_files,
    )?;
    let start = Instant::now();
    let told = harness.call(&cases_text, &recorder.url())?;
    let client_time = start.elapsed();
    let mut record = recorder.finish()?;
    record.refused.extend(told.refused);
    record.impossible.extend(told.impossible);

    let verdict = RunVerdict::new(&cases, &record, faults, &args.sdk);
    let text = format!(
        "{verdict}\nthe SDK's calls took {:.1} s, the client's {:.1} s\n",
        sdk_time.as_secs_f64(),
        client_time.as_secs_f64()
    );
    output::print(Form::Text, &text).context("cannot write to standard output")?;
    Ok(if verdict.is_fine() {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// The crate that calls the client.
fn harness_files(api: &Api, client: &ClientConfig, renamed: &[RenamedOperation]) -> build::Files {
    let rendered = templates::render_harness(&templates::RenderInput {
        api,
        client,
        renamed,
        docs_version: None,
    });
    let files = rendered.into_iter().map(|file| (file.path, file.text));
    files.collect()
}

/// Where cargo builds: nothing is checked in there and everything may be deleted.
fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| workspace::root().join("target"));
    std::path::absolute(&target).unwrap_or(target)
}

fn known_faults(sources: &std::path::Path) -> Result<Vec<KnownFault>> {
    let path = sources.join("faults.yaml");
    let text = std::fs::read_to_string(&path).with_context(|| workspace::shown(&path))?;
    spec::yaml::parse(&text).with_context(|| workspace::shown(&path))
}

/// The pages' own example values, which the IR does not hold.
fn examples(folder: &SpecFolder) -> Examples {
    let mut examples = Examples::new();
    for source in &folder.pages {
        let (page, _, _) = generator::page::read(source);
        for operation in page.iter().flat_map(|page| &page.operations) {
            for parameter in &operation.parameters {
                if let (Some(page), Some(example)) = (&page, &parameter.example) {
                    let key = (
                        page.api.value.clone(),
                        operation.id.value.clone(),
                        parameter.name.value.clone(),
                    );
                    examples.insert(key, example.value.clone());
                }
            }
        }
    }
    examples
}
