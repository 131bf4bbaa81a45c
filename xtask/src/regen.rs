//! `regen`: docs in, IR and client crate out. With `--check` it lists what it would write.
//!
//! Everything is computed before anything is written. With an error in the docs, nothing is written.

use crate::cli::RegenArgs;
use crate::folder::SpecFolder;
use crate::outcome::Outcome;
use crate::output::{Form, count};
use crate::report::Reporter;
use crate::write::{self, Owner, Stale, Tree, WriteReport};
use crate::{build, extract, lock, output, recover, workspace};
use anyhow::{Context as _, Result, bail};
use api_diff::escape;
use generator::Extracted;
use generator::diagnostic::{Code, Diagnostic, Severity};
use spec::{Api, Model};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// How many opaque models the summary names; where no model is described, there are a thousand.
const NAMED_MODELS: usize = 12;

/// Runs the command.
pub fn run(args: &RegenArgs) -> Result<Outcome> {
    let started = Instant::now();
    let dir = workspace::folder(args.spec.as_deref(), "spec");
    // From before the docs are read to after the last file is written.
    let hold = if args.check || !dir.is_dir() {
        None
    } else {
        Some(recover::take(&dir, "regen")?)
    };
    let mut folder = SpecFolder::read(&dir)?;
    folder.by_hand = args.by_hand;
    if !folder.faults.is_empty() {
        show(&folder, &folder.faults);
        let faults = count(folder.faults.len(), "file");
        bail!("nothing was written: {faults} cannot be read");
    }
    let extracted = extract::extract(&folder);
    show_what_matters(&folder, &extracted.diagnostics);
    if extract::outcome(&extracted.diagnostics) == Outcome::Findings {
        output::note("nothing was written");
        return Ok(Outcome::Findings);
    }
    let ir = if folder.has_docs() {
        build::ir_files(&extracted.api)
    } else {
        build::Files::new()
    };
    let api = read_back(&folder, &ir)?;
    let mut trees = vec![Tree {
        root: folder.dir.join("ir"),
        files: into_bytes(ir),
        owner: Owner::Mark {
            exclude: Vec::new(),
        },
    }];
    if !args.ir_only {
        trees.push(client_tree(args, &folder, &extracted, &api)?);
    }
    let Some(hold) = hold else {
        report_approvals(&folder.dir);
        return Ok(tell_stale(args, &write::check(&trees)?)?);
    };
    let report = write::apply(&trees, &hold)?;
    refresh_lock(args, &folder, &report);
    output::print(Form::Text, &summary(&api, &extracted, &report, started))?;
    Ok(Outcome::Fine)
}

/// Warns of approvals that match nothing; only if there is a version to compare with.
fn report_approvals(spec: &Path) {
    match crate::diff::command::unmatched_approvals(spec) {
        Ok(unmatched) => unmatched
            .iter()
            .for_each(|line| output::note(&format!("warning: {line}"))),
        Err(error) => output::note(&format!("note: approvals were not checked: {error:#}")),
    }
}

/// What is rendered: the IR as it is about to be written, and pages that were written by hand.
fn read_back(folder: &SpecFolder, ir: &build::Files) -> Result<Api> {
    if folder.handmade_ir.is_empty() {
        return build::parse_ir(ir);
    }
    let handmade = folder.handmade_ir.iter().map(|file| {
        let name = file.path.trim_start_matches("ir/");
        (name.to_owned(), file.text.clone())
    });
    let mut files = ir.clone();
    files.extend(handmade);
    let mut api = build::parse_ir(&files)?;
    api.add_opaque_models();
    api.pages.sort_by(|left, right| left.api.cmp(&right.api));
    Ok(api)
}

fn client_tree(
    args: &RegenArgs,
    folder: &SpecFolder,
    extracted: &Extracted,
    api: &Api,
) -> Result<Tree> {
    let client = folder.client.as_ref().with_context(|| {
        let path = workspace::shown(&folder.dir.join("client.yaml"));
        format!("{path}: there is no such file; it names the client crate")
    })?;
    let root = workspace::folder(args.out.as_deref(), "generated");
    if workspace::resolved(&root)?.starts_with(workspace::resolved(&folder.dir)?) {
        let root = workspace::shown(&root);
        bail!("{root}: the client crate cannot be in the spec folder; name another with `--out`");
    }
    let version = docs_version(extracted);
    Ok(Tree {
        root,
        files: into_bytes(build::client_files(
            api,
            client,
            &folder.renamed,
            version.as_deref(),
        )),
        owner: Owner::Mark {
            exclude: vec![folder.dir.clone()],
        },
    })
}

fn into_bytes(files: build::Files) -> BTreeMap<String, Vec<u8>> {
    let into_bytes = |(path, text): (String, String)| (path, text.into_bytes());
    files.into_iter().map(into_bytes).collect()
}

/// Shows errors and findings about the folder; of other findings only the count. `lint` shows them all.
fn show_what_matters(folder: &SpecFolder, diagnostics: &[Diagnostic]) {
    let errors = diagnostics
        .iter()
        .filter(|found| extract::is_error(found))
        .count();
    let is_shown = |found: &&Diagnostic| extract::is_error(found) || found.code == Code::DocsDrift;
    let shown: Vec<Diagnostic> = diagnostics.iter().filter(is_shown).cloned().collect();
    show(folder, &shown);
    if errors > 0 {
        output::note(&format!("{} in the docs", count(errors, "error")));
    }
    let is_warning = |found: &&Diagnostic| found.code.severity() == Severity::Warning;
    let warnings = diagnostics.iter().filter(is_warning).count();
    if warnings > 0 {
        let warnings = count(warnings, "warning");
        output::note(&format!(
            "{warnings} on the docs; `cargo xtask lint` shows all"
        ));
    }
}

fn show(folder: &SpecFolder, diagnostics: &[Diagnostic]) {
    let reporter = Reporter::new(folder.texts(), diagnostics, output::error_renderer());
    for diagnostic in diagnostics {
        output::finding(&reporter.text(diagnostic));
    }
}

fn tell_stale(args: &RegenArgs, report: &WriteReport) -> std::io::Result<Outcome> {
    if report.stale.is_empty() {
        output::print(
            Form::Text,
            &format!("{} up to date\n", count(report.unchanged, "file")),
        )?;
        return Ok(Outcome::Fine);
    }
    let mut text = String::new();
    for (path, stale) in &report.stale {
        let word = match stale {
            Stale::Missing => "missing",
            Stale::Changed => "stale",
            Stale::Leftover => "leftover",
        };
        line(
            &mut text,
            format_args!("{word}: {}", workspace::shown(path)),
        );
    }
    line(
        &mut text,
        format_args!("{} not up to date; run:", count(report.stale.len(), "file")),
    );
    line(&mut text, format_args!("  {}", healing_command(args)));
    output::print(Form::Text, &text)?;
    Ok(Outcome::Findings)
}

/// The command that was called, without `--check`.
fn healing_command(args: &RegenArgs) -> String {
    let mut command = "cargo xtask regen".to_owned();
    for (option, folder) in [("--spec", &args.spec), ("--out", &args.out)] {
        if let Some(folder) = folder {
            write!(command, " {option} {}", workspace::shown(folder))
                .expect("writing to a string cannot fail");
        }
    }
    if args.ir_only {
        command.push_str(" --ir-only");
    }
    command
}

/// The workspace's lock file knows the workspace's own client crate only. The crate is written by
/// now, and the next cargo command would do the same, so a cargo that refuses is no failure.
fn refresh_lock(args: &RegenArgs, folder: &SpecFolder, report: &WriteReport) {
    let Some(client) = &folder.client else {
        return;
    };
    if args.ir_only || args.out.is_some() {
        return;
    }
    let manifest = Path::new("generated/Cargo.toml");
    let manifest_is_new = report
        .stale
        .iter()
        .any(|(path, _)| path.ends_with(manifest));
    if (manifest_is_new || !lock::holds(&client.krate))
        && let Err(error) = lock::refresh()
    {
        output::note(&format!("warning: Cargo.lock was not updated: {error:#}"));
    }
}

fn summary(api: &Api, extracted: &Extracted, report: &WriteReport, started: Instant) -> String {
    let Api {
        pages,
        models,
        topics,
    } = api;
    let operations = pages.iter().map(|page| page.operations.len()).sum();
    let mut text = format!(
        "{}, {}",
        count(pages.len(), "page"),
        count(operations, "operation")
    );
    if let Some(version) = docs_version(extracted) {
        write!(text, ", docs version {}", escape::value(&version))
            .expect("writing to a string cannot fail");
    }
    if !topics.is_empty() {
        write!(text, ", {}", count(topics.len(), "topic"))
            .expect("writing to a string cannot fail");
    }
    line(
        &mut text,
        format_args!("\n{}", model_summary(&models.models)),
    );
    line(
        &mut text,
        format_args!(
            "{} written, {} unchanged, {} removed, {:.2} s",
            count(report.written(), "file"),
            report.unchanged,
            report.removed(),
            started.elapsed().as_secs_f64()
        ),
    );
    text
}

/// How many models there are, and those that nothing describes by name.
fn model_summary(models: &[Model]) -> String {
    let opaque: Vec<&str> = models
        .iter()
        .filter(|model| model.opaque)
        .map(|model| model.name.as_str())
        .collect();
    let mut text = format!("{}, {} opaque", count(models.len(), "model"), opaque.len());
    if !opaque.is_empty() {
        let named = &opaque[..opaque.len().min(NAMED_MODELS)];
        write!(text, ": {}", escape::value(&named.join(", ")))
            .expect("writing to a string cannot fail");
    }
    if opaque.len() > NAMED_MODELS {
        let others = opaque.len() - NAMED_MODELS;
        write!(text, " and {others} more, see ir/models.yaml")
            .expect("writing to a string cannot fail");
    }
    text
}

/// The docs' version; several, where pages of several versions lie side by side.
fn docs_version(extracted: &Extracted) -> Option<String> {
    let versions: Vec<&str> = extracted.docs_versions.iter().map(String::as_str).collect();
    (!versions.is_empty()).then(|| versions.join(", "))
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}
