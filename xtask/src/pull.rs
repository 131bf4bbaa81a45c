//! `pull`: the pages of one version of the docs, from the repositories that `client.yaml` names.
//!
//! Everything is fetched before anything is written. What is pulled replaces what stands there (the
//! pages are the vendor's, never edited here), and pages that the last pull brought and this one
//! does not are removed; a page that nobody pulled stays.

use crate::cli::PullArgs;
use crate::pins::{self, PinnedSource, Pins};
use crate::write::{self, Mode, Owner, Tree};
use crate::{Outcome, fetch, output, workspace};
use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use spec::{Source, SourceKind, yaml};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// Below this, a progress bar would only flicker.
const PATIENCE: Duration = Duration::from_secs(1);

/// Page, relative to the spec folder, to its bytes.
type Pages = BTreeMap<String, Vec<u8>>;

/// Runs the command.
pub fn run(args: &PullArgs) -> Result<Outcome> {
    let dir = workspace::folder(args.spec.as_deref(), "spec");
    let path = dir.join("client.yaml");
    let text = fs::read_to_string(&path).with_context(|| workspace::shown(&path))?;
    let client = yaml::parse_client(&text).with_context(|| workspace::shown(&path))?;
    if client.sources.is_empty() {
        bail!(
            "{}: no `sources` are named there to pull from",
            workspace::shown(&path)
        );
    }
    let before = read_pins(&dir)?;
    let (pins, pages) = with_progress(client.sources.len(), |bar| {
        fetch(&client.sources, args.version.as_deref(), bar)
    })?;

    let mut files = pages;
    let page_count = files.len();
    files.insert(pins::FILE.to_owned(), pins.write().into_bytes());
    let owned: BTreeSet<String> = before.pages.into_keys().collect();
    let tree = Tree {
        root: dir,
        files,
        owner: Owner::List(owned),
    };
    let report = write::apply(&[tree], Mode::Write)?;
    output::print(&format!(
        "docs version {}: {}; {} written, {} unchanged, {} removed\n\
         next: cargo xtask regen\n",
        pins.version,
        output::count(page_count, "page"),
        output::count(report.written(), "file"),
        report.unchanged,
        report.removed(),
    ))?;
    Ok(Outcome::Fine)
}

fn read_pins(dir: &Path) -> Result<Pins> {
    let path = dir.join(pins::FILE);
    match fs::read_to_string(&path) {
        Ok(text) => yaml::parse(&text).with_context(|| workspace::shown(&path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Pins::default()),
        Err(error) => Err(error).with_context(|| workspace::shown(&path)),
    }
}

fn fetch(sources: &[Source], asked: Option<&str>, bar: &ProgressBar) -> Result<(Pins, Pages)> {
    let version = choose_version(sources, asked)?;
    let mut pins = Pins {
        version,
        ..Pins::default()
    };
    let mut pages = Pages::new();
    for source in sources {
        let tag = source.tag.replace("{version}", &pins.version);
        bar.set_prefix(format!("{} {tag}", source.repository));
        let (commit, fetched) = fetch_source(source, &tag, bar)
            .with_context(|| format!("{} at tag {tag}", source.repository))?;
        for (page, bytes) in fetched {
            pins.pages.insert(page.clone(), pins::hash(&bytes));
            if pages.insert(page.clone(), bytes).is_some() {
                bail!("two sources bring `{page}`; exclude it from one of them in client.yaml");
            }
        }
        pins.sources.push(PinnedSource {
            repository: source.repository.clone(),
            folder: source.folder.clone(),
            kind: source.kind,
            tag,
            commit,
        });
        bar.inc(1);
    }
    Ok((pins, pages))
}

fn fetch_source(source: &Source, tag: &str, bar: &ProgressBar) -> Result<(String, Pages)> {
    let clone = tempfile::tempdir().context("a temporary folder")?;
    let commit = fetch::folder(
        &source.repository,
        tag,
        &source.folder,
        clone.path(),
        &mut |line| bar.set_message(line.to_owned()),
    )?;
    let below = match source.kind {
        SourceKind::Operations => "docs",
        SourceKind::Typed => "docs/typed",
    };
    let folder = clone.path().join(&source.folder);
    let entries =
        fs::read_dir(&folder).with_context(|| format!("there is no folder `{}`", source.folder))?;
    let mut pages = Pages::new();
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            bail!("`{}`: the name is not Unicode", entry.file_name().display());
        };
        let is_page = entry.file_type()?.is_file()
            && Path::new(&name)
                .extension()
                .is_some_and(|extension| extension == "md")
            && !source.exclude.iter().any(|pattern| matches(pattern, &name));
        if is_page {
            pages.insert(format!("{below}/{name}"), fs::read(entry.path())?);
        }
    }
    if pages.is_empty() {
        bail!("there is no page in `{}`", source.folder);
    }
    Ok((commit, pages))
}

/// The version that was asked for (`259` asks for the newest `259.x.y`), or else the newest that
/// every source has.
fn choose_version(sources: &[Source], asked: Option<&str>) -> Result<String> {
    let mut common: Option<BTreeSet<Version>> = None;
    for source in sources {
        let tags = fetch::tags(&source.repository).with_context(|| source.repository.clone())?;
        let versions = tags.iter().filter_map(|tag| Version::of(tag, &source.tag));
        let versions = versions.collect();
        common = Some(match common {
            Some(common) => common.intersection(&versions).cloned().collect(),
            None => versions,
        });
    }
    let common = common.unwrap_or_default();
    let chosen = match asked {
        None => common.iter().rfind(|version| version.numbers.is_some()),
        Some(asked) => common
            .iter()
            .find(|version| version.text == asked)
            .or_else(|| common.iter().rfind(|version| version.is_of(asked))),
    };
    if let Some(version) = chosen {
        return Ok(version.text.clone());
    }
    let newest = common
        .iter()
        .rev()
        .take(5)
        .map(|version| version.text.as_str());
    let newest = newest.collect::<Vec<_>>().join(", ");
    bail!(
        "{} has a tag in every source; these have: {newest}",
        asked.map_or("no version".to_owned(), |asked| format!(
            "no version {asked}"
        ))
    );
}

/// A version of the docs. Those that are numbers compare as such and come after all others, which
/// are pre-releases and the like and are taken only when asked for by their whole name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    numbers: Option<Vec<u64>>,
    text: String,
}

impl Version {
    /// The version that a tag of the pattern names.
    fn of(tag: &str, pattern: &str) -> Option<Self> {
        let (before, after) = pattern.split_once("{version}")?;
        let text = tag.strip_prefix(before)?.strip_suffix(after)?;
        Some(Self {
            numbers: numbers(text),
            text: text.to_owned(),
        })
    }

    /// Whether the version begins with these numbers.
    fn is_of(&self, asked: &str) -> bool {
        match (&self.numbers, numbers(asked)) {
            (Some(numbers), Some(asked)) => numbers.starts_with(&asked),
            _ => false,
        }
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether a file name fits a pattern in which one `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() >= before.len() + after.len()
                && name.starts_with(before)
                && name.ends_with(after)
        }
    }
}

/// Does the work, with a progress bar on a terminal once it takes longer than a second.
fn with_progress<T>(steps: usize, work: impl FnOnce(&ProgressBar) -> T) -> T {
    let bar = ProgressBar::with_draw_target(
        Some(u64::try_from(steps).expect("a handful of sources")),
        ProgressDrawTarget::hidden(),
    );
    let style = ProgressStyle::with_template("{spinner} {bar:20} {pos}/{len} {prefix} {wide_msg}")
        .expect("the template is a good one");
    bar.set_style(style);
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let bar = &bar;
        scope.spawn(move || {
            if is_done.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(100));
            }
        });
        let result = work(bar);
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names_with_one_star() {
        assert!(matches("*Api.md", "UsersApi.md"));
        assert!(matches("index.md", "index.md"));
        assert!(!matches("*Api.md", "User.md"));
        assert!(!matches("ab*ba.md", "aba.md"));
    }

    #[test]
    fn versions_compare_as_numbers() {
        let version = |tag: &str| Version::of(tag, "v{version}").expect("a tag of the pattern");
        assert!(version("v9.0.0") < version("v10.0.0"));
        assert!(version("v10.0.0-beta.1") < version("v9.0.0"));
        assert!(version("v10.1.0").is_of("10"));
        assert!(!version("v10.1.0").is_of("1"));
        assert_eq!(Version::of("9.0.0", "v{version}"), None);
    }
}
