//! `pull`: fetches the pages of one version of the docs from the repositories in `client.yaml`.
//!
//! Everything is fetched before anything is written. Pulled pages replace those in the folder (they are the
//! vendor's, never edited here). Pages of the last pull that this one does not have are removed. A page
//! that was not pulled is an error, unless `--by-hand` keeps it.

use crate::cli::PullArgs;
use crate::fetch::{EntryKind, Remote, TreeEntry};
use crate::folder::file_names;
use crate::hold::Hold;
use crate::outcome::Outcome;
use crate::output::Form;
use crate::pair::{self, Chosen};
use crate::pins::{self, PinnedSource, Pins};
use crate::write::{self, Owner, Tree};
use crate::{file_name, output, recover, workspace};
use anyhow::{Context as _, Result, bail};
use api_diff::escape;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use spec::{Source, yaml};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// Below this, a progress bar would only flicker.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many names a message lists.
const NAMED: usize = 10;

/// Page, relative to the spec folder, to its bytes.
type PageBytes = BTreeMap<String, Vec<u8>>;

/// What was fetched, before anything is written.
struct Fetched {
    pins: Pins,
    pages: PageBytes,
    passed_over: Vec<String>,
    received: u64,
}

/// Runs the command.
pub fn run(args: &PullArgs) -> Result<Outcome> {
    let dir = workspace::folder(args.spec.as_deref(), "spec");
    let path = dir.join("client.yaml");
    let text = fs::read_to_string(&path).with_context(|| workspace::shown(&path))?;
    let client = yaml::parse_client(&text).with_context(|| workspace::shown(&path))?;
    check_sources(&client.sources).with_context(|| workspace::shown(&path))?;
    let hold = recover::take(&dir, "pull")?;
    let before = read_pins(&dir)?;
    let fetched = with_progress(client.sources.len(), |bar| {
        fetch(&client.sources, args, &hold, bar)
    })?;
    if !args.by_hand {
        refuse_others(&dir, &client.sources, &before, &fetched.pages)?;
    }
    let summary = summary(&fetched, &client.sources);
    let mut files = fetched.pages;
    files.insert(pins::FILE.to_owned(), fetched.pins.write().into_bytes());
    let owned: BTreeSet<String> = before.pages.into_keys().collect();
    let tree = Tree {
        root: dir,
        files,
        owner: Owner::List(owned),
    };
    let report = write::apply(&[tree], &hold)?;
    output::print(
        Form::Text,
        &format!(
            "{summary}{} written, {} unchanged, {} removed\nnext: cargo xtask regen\n",
            output::count(report.written(), "file"),
            report.unchanged,
            report.removed(),
        ),
    )?;
    Ok(Outcome::Fine)
}

fn check_sources(sources: &[Source]) -> Result<()> {
    let Some(first) = sources.first() else {
        bail!("there are no `sources` to pull from");
    };
    if first.same_as_first.is_some() {
        bail!(
            "{}: this is the first source; `same_as_first` is for the others",
            first.repository
        );
    }
    Ok(())
}

/// What was paired, what was passed over, and what it cost.
fn summary(fetched: &Fetched, sources: &[Source]) -> String {
    let Fetched {
        pins,
        pages,
        passed_over,
        received,
    } = fetched;
    let page_count = pages.keys().filter(|page| *page != pins::TOPICS).count();
    let mut lines = vec![format!(
        "docs version {}: {}, {} received",
        escape::value(&pins.version),
        output::count(page_count, "page"),
        output::bytes(*received)
    )];
    for (source, pinned) in sources.iter().zip(&pins.sources) {
        let same = match (&source.same_as_first, pinned.drifts) {
            (Some(file), true) => format!(", another {file}: drift accepted"),
            (Some(file), false) => format!(", the same {file}"),
            (None, _) => String::new(),
        };
        let (repository, tag) = (
            escape::value(&pinned.repository),
            escape::value(&pinned.tag),
        );
        lines.push(format!("  {repository} at {tag}{}", escape::value(&same)));
    }
    for passed in passed_over {
        lines.push(format!("skipped {}", escape::value(passed)));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn read_pins(dir: &Path) -> Result<Pins> {
    let path = dir.join(pins::FILE);
    match fs::read_to_string(&path) {
        Ok(text) => yaml::parse(&text).with_context(|| workspace::shown(&path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Pins::default()),
        Err(error) => Err(error).with_context(|| workspace::shown(&path)),
    }
}

fn fetch(sources: &[Source], args: &PullArgs, hold: &Hold, bar: &ProgressBar) -> Result<Fetched> {
    let progress = |line: &str| bar.set_message(escape::value(line).into_owned());
    let mut remotes = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let clone = hold.work().join(format!("clone-{index}"));
        remotes.push(Remote::new(&source.repository, clone, &progress)?);
    }
    bar.set_prefix("versions");
    let pairing = pair::pair(
        sources,
        &mut remotes,
        args.version.as_deref(),
        args.accept_drift,
    )?;
    let mut pins = Pins::default();
    let mut pages = PageBytes::new();
    for ((source, chosen), remote) in sources.iter().zip(&pairing.chosen).zip(&mut remotes) {
        bar.set_prefix(format!("{} {}", source.repository, chosen.tag));
        let at = || format!("{} at tag {}", source.repository, chosen.tag);
        for (page, bytes) in fetch_source(source, chosen, remote).with_context(at)? {
            pins.pages.insert(page.clone(), pins::hash(&bytes));
            if pages.insert(page.clone(), bytes).is_some() {
                bail!("two sources have `{page}`; exclude it from one of them in client.yaml");
            }
        }
        pins.sources.push(pinned(source, chosen));
        bar.inc(1);
    }
    if let Some((one, other)) = file_name::case_clash(pages.keys().map(String::as_str)) {
        bail!("`{one}` and `{other}` are the same file where file names are case-insensitive");
    }
    pairing.chosen[0].version.clone_into(&mut pins.version);
    Ok(Fetched {
        pins,
        pages,
        passed_over: pairing.passed_over,
        received: remotes.iter().map(Remote::received).sum(),
    })
}

fn pinned(source: &Source, chosen: &Chosen) -> PinnedSource {
    let same = chosen.same.as_ref();
    PinnedSource {
        repository: source.repository.clone(),
        folder: source.folder.clone(),
        kind: source.kind,
        tag: chosen.tag.clone(),
        commit: chosen.commit.id.clone(),
        same_as_first: same.map(|same| same.file.clone()),
        object: same.and_then(|same| same.id.clone()),
        drifts: same.is_some_and(|same| same.drifts),
    }
}

fn fetch_source(source: &Source, chosen: &Chosen, remote: &mut Remote<'_>) -> Result<PageBytes> {
    let root = &chosen.commit.tree;
    let folder = remote.find(root, &source.folder)?;
    let Some(folder) = folder.filter(|folder| folder.kind == EntryKind::Folder) else {
        bail!("there is no folder `{}`", source.folder);
    };
    let mut folders = remote.folders(&[folder.id])?;
    let entries = folders.pop().expect("one was asked for");
    let mut wanted = page_ids(source, &entries)?;
    if wanted.is_empty() {
        bail!("there is no page in `{}`", source.folder);
    }
    if let Some(path) = &source.topics {
        let file = remote.find(root, path)?;
        let Some(file) = file.filter(|file| file.kind == EntryKind::File) else {
            bail!("there is no file `{path}`, which `topics` names");
        };
        wanted.push((pins::TOPICS.to_owned(), file.id));
    }
    let (names, ids): (Vec<String>, Vec<String>) = wanted.into_iter().unzip();
    let files = remote.files(&ids)?;
    Ok(names.into_iter().zip(files).collect())
}

/// Where each page of a source goes, and its object.
fn page_ids(source: &Source, entries: &[TreeEntry]) -> Result<Vec<(String, String)>> {
    let below = pins::folder_of(source.kind);
    let mut pages = Vec::new();
    let mut faults = Vec::new();
    for entry in entries.iter().filter(|entry| entry.name.ends_with(b".md")) {
        let is_excluded =
            |pattern: &String| matches(pattern, &String::from_utf8_lossy(&entry.name));
        if source.exclude.iter().any(is_excluded) {
            continue;
        }
        let checked = match entry.kind {
            EntryKind::File => file_name::check(&entry.name),
            EntryKind::Folder => Err("it is a folder"),
            EntryKind::Link => Err("it is a symbolic link"),
            EntryKind::Submodule => Err("it is a submodule"),
        };
        match checked {
            Ok(name) => pages.push((format!("{below}/{name}"), entry.id.clone())),
            Err(fault) => faults.push(format!("`{}`: {fault}", file_name::shown(&entry.name))),
        }
    }
    if faults.is_empty() {
        return Ok(pages);
    }
    let others = faults.len().saturating_sub(NAMED);
    faults.truncate(NAMED);
    if others > 0 {
        faults.push(format!("and {others} more"));
    }
    bail!(
        "`{}` has entries that cannot be pages; report them to its owner, or `exclude` them in client.yaml:\n  {}",
        source.folder,
        faults.join("\n  ")
    )
}

/// A page that neither the last pull brought nor this one brings would pass for one of this version.
fn refuse_others(dir: &Path, sources: &[Source], before: &Pins, pages: &PageBytes) -> Result<()> {
    let folders: BTreeSet<&str> = sources
        .iter()
        .map(|source| pins::folder_of(source.kind))
        .collect();
    let mut others = Vec::new();
    for folder in folders {
        let names = file_names(&dir.join(folder), "md").with_context(|| folder.to_owned())?;
        let names = names.into_iter().map(|name| format!("{folder}/{name}"));
        let is_other =
            |name: &String| !before.pages.contains_key(name) && !pages.contains_key(name);
        others.extend(names.filter(is_other));
    }
    if others.is_empty() {
        return Ok(());
    }
    bail!(
        "nothing was written: the folder has {} that no pull fetched: {}; delete them, or keep them with `--by-hand`",
        output::count(others.len(), "page"),
        output::some(&others, NAMED)
    )
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
}
