//! `cargo xtask diff`: from arguments to what is printed and the exit code.

use super::args::{ColorChoice, DiffArgs, DiffDriverArgs, DiffFormat, FailOn, Only};
use super::lines::Finder;
use super::source::{ApiVersion, Origin, load};
use crate::outcome::Outcome;
use crate::output::Form;
use crate::workspace::shown;
use crate::{output, renamed};
use anyhow::{Context as _, Result, bail};
use api_diff::consumer::Consumer;
use api_diff::escape;
use api_diff::render::{github, html, json, markdown, text};
use api_diff::{
    Access, Approvals, Change, DiffReport, Impact, Kind, UntypedBodies, approvals, compare,
};
use spec::{Api, RenamedOperation};
use std::path::Path;

/// Two versions and what changed between them.
pub struct Comparison {
    /// Before.
    pub old: ApiVersion,
    /// After.
    pub new: ApiVersion,
    /// After's `renamed.yaml`.
    pub renamed: Vec<RenamedOperation>,
    /// What changed.
    pub report: DiffReport,
}

/// Compares what the arguments name; `spec` is the workspace's spec folder.
///
/// # Errors
/// A side cannot be found or read.
pub fn comparison(old: Option<&str>, new: Option<&str>, spec: &Path) -> Result<Comparison> {
    let (old, new) = load(old, new, spec)?;
    let renamed = read(&new.origin, renamed::FILE, spec::yaml::parse_renamed)?.unwrap_or_default();
    let accepted = read(&new.origin, approvals::FILE, approvals::parse)?.unwrap_or_default();
    let changes = compare(&old.api, &new.api, &renamed);
    let report = DiffReport {
        old: old.label.clone(),
        new: new.label.clone(),
        bodies: UntypedBodies::of(&new.api),
        approvals: Approvals::match_up(accepted, &changes),
        version: client_version(&old.origin)?,
        changes,
    };
    Ok(Comparison {
        old,
        new,
        renamed,
        report,
    })
}

/// A YAML file of a side's spec folder, if it is there.
fn read<T>(
    origin: &Origin,
    name: &str,
    parse: impl Fn(&str) -> Result<T, spec::yaml::YamlError>,
) -> Result<Option<T>> {
    let text = origin.read(name)?;
    let parsed = text.map(|text| {
        parse(&text).map_err(|error| {
            let line = text[..error.range.start].matches('\n').count() + 1;
            anyhow::anyhow!("{}:{line}: {error}", origin.path_of(name))
        })
    });
    parsed.transpose()
}

/// The version of the client crate that a side's `client.yaml` names, if it has one.
///
/// # Errors
/// The file cannot be read, or its version is none.
pub fn client_version(origin: &Origin) -> Result<Option<semver::Version>> {
    let Some(client) = read(origin, "client.yaml", spec::yaml::parse_client)? else {
        return Ok(None);
    };
    let version = semver::Version::parse(&client.krate.version);
    version.map(Some).with_context(|| {
        format!(
            "{}: `{}` is not a version",
            origin.path_of("client.yaml"),
            client.krate.version
        )
    })
}

/// Runs the command.
///
/// # Errors
/// The two cannot be compared.
pub fn run(args: &DiffArgs) -> Result<Outcome> {
    let consumer = args.operations.as_deref().map(consumer).transpose()?;
    let spec = crate::workspace::folder(args.spec.as_deref(), "spec");
    let mut comparison = comparison(args.old.as_deref(), args.new.as_deref(), &spec)?;
    if args.draft_renamed {
        return draft_renamed(&comparison);
    }
    let Comparison {
        old, new, report, ..
    } = &mut comparison;
    if let Some(consumer) = &consumer {
        for name in consumer.unknown(&old.api, &new.api) {
            output::note(&format!(
                "warning: --operations: neither version has an operation or a topic `{}`",
                escape::value(name)
            ));
        }
        consumer.retain(&old.api, &new.api, &mut report.changes);
    }
    if args.only == Some(Only::Permissions) {
        report
            .changes
            .retain(|change| change.id.kind() == Kind::Permission);
    }
    if let Some(warning) = stale_ir(&comparison.new) {
        output::note(&warning);
    }
    if args.draft_accepted {
        return draft_accepted(args, &comparison);
    }
    let (form, text) = show(args, &comparison);
    output::print(form, &text).context("cannot write to standard output")?;
    Ok(outcome(args.fail_on, &comparison.report))
}

/// Reads a list of operations, or the `.rs` files of a folder.
fn consumer(path: &Path) -> Result<Consumer> {
    if path.is_dir() {
        let mut consumer = Consumer::default();
        scan_folder(path, &mut consumer)?;
        return Ok(consumer);
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("--operations: cannot read {}", shown(path)))?;
    let consumer = Consumer::from_list(&text);
    if consumer.is_empty() {
        bail!(
            "--operations: {} lists no operations and no topics",
            shown(path)
        );
    }
    Ok(consumer)
}

fn scan_folder(folder: &Path, consumer: &mut Consumer) -> Result<()> {
    let unreadable = |path: &Path| format!("--operations: cannot read {}", shown(path));
    let entries = std::fs::read_dir(folder).with_context(|| unreadable(folder))?;
    for entry in entries {
        let path = entry.with_context(|| unreadable(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                scan_folder(&path, consumer)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).with_context(|| unreadable(&path))?;
            consumer.scan(&text);
        }
    }
    Ok(())
}

fn show(args: &DiffArgs, comparison: &Comparison) -> (Form, String) {
    let Comparison {
        old, new, report, ..
    } = comparison;
    let mut finder = Finder::new(old, new);
    match args.format {
        DiffFormat::Text => {
            let options = text_options(args.color, args.all, args.fingerprints);
            (form(options), text::render(report, options))
        }
        DiffFormat::Markdown => {
            let options = markdown::MarkdownOptions {
                links: args.links.as_deref(),
                head: args.head.as_deref(),
                fingerprints: args.fingerprints,
            };
            (Form::Text, markdown::render(report, &mut finder, options))
        }
        DiffFormat::Json => (Form::Json, json::render(report)),
        DiffFormat::Html => (Form::Text, html::render(report, &mut finder)),
        DiffFormat::Github => (Form::Annotations, github::render(report, &mut finder)),
    }
}

fn text_options(color: ColorChoice, all: bool, fingerprints: bool) -> text::TextOptions {
    let color = match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => output::print_form() == Form::Coloured,
    };
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|width| width.parse().ok())
        .unwrap_or(100);
    text::TextOptions {
        color,
        all,
        fingerprints,
        width,
    }
}

fn form(options: text::TextOptions) -> Form {
    if options.color {
        Form::Coloured
    } else {
        Form::Text
    }
}

fn outcome(fail_on: FailOn, report: &DiffReport) -> Outcome {
    if report
        .changes
        .iter()
        .any(|change| fails(fail_on, report, change))
    {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

/// Whether a change is one to fail on, and nobody approved it.
fn fails(fail_on: FailOn, report: &DiffReport, change: &Change) -> bool {
    let is_meant = match fail_on {
        FailOn::Never => false,
        FailOn::Any => true,
        FailOn::Breaking => change.worst() == Impact::Breaking,
        FailOn::Permissions => change.access.is_some_and(|access| access != Access::Same),
    };
    is_meant && report.approvals.reason(change).is_none()
}

fn draft_accepted(args: &DiffArgs, comparison: &Comparison) -> Result<Outcome> {
    let Comparison { new, report, .. } = comparison;
    let fail_on = match args.fail_on {
        FailOn::Never => FailOn::Breaking,
        other => other,
    };
    let open = report
        .changes
        .iter()
        .filter(|change| fails(fail_on, report, change));
    let because = args.because.as_deref().expect("clap requires it");
    let draft = approvals::draft(open, because);
    if draft.is_empty() {
        output::note("Every change that breaks something is approved already.");
    }
    print_draft(&draft, new, approvals::FILE)
}

/// Prints what is appended to a file (`>> spec/accepted.yaml`), whose last line may have no end.
fn print_draft(draft: &str, version: &ApiVersion, file: &str) -> Result<Outcome> {
    let there = version.origin.read(file)?.unwrap_or_default();
    let has_open_line = !there.is_empty() && !there.ends_with('\n');
    let start = if has_open_line && !draft.is_empty() {
        "\n"
    } else {
        ""
    };
    output::print(Form::Json, &format!("{start}{draft}"))
        .context("cannot write to standard output")?;
    Ok(Outcome::Fine)
}

/// What to say where a spec folder's IR is not what its docs say: the diff shows the IR.
fn stale_ir(version: &ApiVersion) -> Option<String> {
    let Origin::Spec(folder) = &version.origin else {
        return None;
    };
    if version.ir.is_empty() || !folder.join("docs").is_dir() {
        return None; // read from the docs just now, or there are none
    }
    let stale = match super::source::read_docs(folder) {
        Ok(Some(api)) => api != version.api,
        Ok(None) => false,
        Err(_) => true,
    };
    let folder = shown(folder);
    stale.then(|| {
        format!(
            "warning: {folder}/ir is not what {folder}/docs say, so changes of the docs are missing here: \
             run `cargo xtask regen`"
        )
    })
}

/// Approvals of a spec folder that match no change since the main branch nor since the last release.
///
/// # Errors
/// The versions cannot be compared.
pub fn unmatched_approvals(spec: &Path) -> Result<Vec<String>> {
    if Origin::Spec(spec.to_owned())
        .read(approvals::FILE)?
        .is_none()
    {
        return Ok(Vec::new());
    }
    let here = spec.to_string_lossy();
    let since_main = comparison(None, Some(&here), spec)?;
    let repository = crate::git::Repository::at(super::source::parent_of(spec))?;
    let since_release = match repository.last_release()? {
        Some((tag, _)) => {
            comparison(Some(&tag), Some(&here), spec)?
                .report
                .approvals
                .reasons
        }
        None => std::collections::HashMap::new(),
    };
    let unmatched = since_main.report.approvals.unmatched.into_iter();
    Ok(unmatched
        .filter(|approval| !since_release.contains_key(&approval.fingerprint))
        .map(|approval| approval.unmatched_line())
        .collect())
}

fn draft_renamed(comparison: &Comparison) -> Result<Outcome> {
    let Comparison {
        new,
        renamed,
        report,
        ..
    } = comparison;
    let next = report
        .version
        .as_ref()
        .map(|version| report.bump().apply(version));
    let named = client_version(&new.origin)?;
    let since = next.into_iter().chain(named).max().context(
        "neither side has a client.yaml, so the first version with the new names is unknown",
    )?;
    let draft = api_diff::renamed::draft(&report.changes, renamed, &since);
    if draft.is_empty() {
        output::note("renamed.yaml has all renamed operations already.");
    }
    print_draft(&draft, new, renamed::FILE)
}

/// Runs as git's external diff driver for one file of `spec/ir`.
///
/// # Errors
/// A file is no IR.
pub fn run_driver(args: &DiffDriverArgs) -> Result<Outcome> {
    let is_models = args.path.ends_with("models.yaml");
    let mut sides = [Api::default(), Api::default()];
    for (api, file) in sides.iter_mut().zip([&args.old_file, &args.new_file]) {
        // git hands over /dev/null for a file that is not there.
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", shown(file)))?;
        if text.is_empty() {
            continue;
        }
        let what = || format!("{} ({})", args.path, shown(file));
        if is_models {
            api.models = spec::yaml::parse_models(&text).with_context(what)?;
        } else {
            api.pages
                .push(spec::yaml::parse_page(&text).with_context(what)?);
        }
    }
    if is_models {
        // What a model's change means depends on which operations send and receive it.
        let folder = Path::new(&args.path).parent().unwrap_or(Path::new("."));
        if let Ok(pages) = super::source::pages_of(folder) {
            for api in &mut sides {
                api.pages.clone_from(&pages);
            }
        }
    }
    let [old, new] = sides;
    let changes = compare(&old, &new, &[]);
    let report = DiffReport {
        old: format!("a/{}", args.path),
        new: format!("b/{}", args.path),
        bodies: UntypedBodies::default(),
        approvals: Approvals::default(),
        version: None,
        changes,
    };
    let options = text_options(args.color, true, false);
    output::print(form(options), &text::render(&report, options))
        .context("cannot write to standard output")?;
    Ok(Outcome::Fine)
}
