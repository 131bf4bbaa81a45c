//! Where a version of the API comes from: a git revision, a spec folder, or an IR folder.
//!
//! A folder wins over a revision of the same name. A spec folder without an IR (docs that somebody
//! wants to compare before taking them) is read in memory.

use crate::folder::SpecFolder;
use crate::git::Repository;
use crate::workspace::shown;
use anyhow::{Context as _, Result, bail};
use rayon::prelude::*;
use spec::{Api, Models, Page};
use std::path::{Path, PathBuf};

/// One version of the API.
pub struct ApiVersion {
    /// As people call it: `main (0123456789)`, `spec`.
    pub label: String,
    /// The API.
    pub api: Api,
    /// For files that stand beside the IR.
    pub origin: Origin,
    /// The IR as text, for the numbers of its lines: path within the spec folder, text.
    pub ir: Vec<(String, String)>,
}

/// Where a version's files are.
#[derive(Clone, Debug)]
pub enum Origin {
    /// In a commit.
    Commit {
        /// The repository.
        repository: Repository,
        /// The commit's full name.
        commit: String,
        /// The spec folder, relative to where git is run.
        spec: String,
    },
    /// On the disk: the spec folder.
    Spec(PathBuf),
    /// On the disk: an IR folder that stands alone.
    Ir(PathBuf),
}

impl Origin {
    /// A file of the spec folder, such as `docs/UsersApi.md`, if there is one.
    ///
    /// # Errors
    /// It is there, but cannot be read.
    pub fn read(&self, path: &str) -> Result<Option<String>> {
        match self {
            Self::Commit {
                repository,
                commit,
                spec,
            } => repository.file(commit, &format!("{spec}/{path}")),
            Self::Spec(folder) => read_if_there(&folder.join(path)),
            Self::Ir(_) => Ok(None),
        }
    }

    /// How a file of the spec folder is called from outside.
    pub fn path_of(&self, path: &str) -> String {
        match self {
            Self::Commit {
                repository, spec, ..
            } => repository.from_root(&format!("{spec}/{path}")),
            Self::Spec(folder) => from_here(&folder.join(path)),
            Self::Ir(folder) => from_here(&folder.join(path.strip_prefix("ir/").unwrap_or(path))),
        }
    }
}

/// Relative to the current folder where it is below it, with `/` between folders.
fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

fn read_if_there(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", shown(path))),
    }
}

/// A version that has been found, but not read yet.
struct FoundVersion {
    label: String,
    origin: Origin,
    /// The IR's files, or nothing where the docs have to be read.
    ir: Option<Vec<(String, String)>>,
}

/// Reads two versions; `old` and `new` are what the command line says, `spec` is the workspace's own
/// spec folder.
///
/// # Errors
/// An argument names neither a folder nor a revision, there is no IR, or it cannot be read.
pub fn load(old: Option<&str>, new: Option<&str>, spec: &Path) -> Result<(ApiVersion, ApiVersion)> {
    let old = if let Some(name) = old {
        find(name, spec)?
    } else {
        let (repository, spec_path) = repository_of(spec)?;
        let (branch, commit) = repository.merge_base_with_main()?;
        let label = format!("merge base with {branch} ({})", Repository::short(&commit));
        in_commit(repository, commit, label, spec_path)?
    };
    let new = match new {
        Some(name) => find(name, spec)?,
        None => in_folder(spec, "working tree".to_owned())?,
    };
    read_both(old, new)
}

/// The folder that a spec folder is in.
pub fn parent_of(spec: &Path) -> &Path {
    let parent = spec.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The repository of a spec folder, and the folder's path in it.
fn repository_of(spec: &Path) -> Result<(Repository, String)> {
    let name = spec.file_name().context("the spec folder has no name")?;
    Ok((
        Repository::at(parent_of(spec))?,
        name.to_string_lossy().into_owned(),
    ))
}

fn find(name: &str, spec: &Path) -> Result<FoundVersion> {
    let path = Path::new(name);
    if path.is_dir() {
        return in_folder(path, name.to_owned());
    }
    if path.is_file() {
        bail!("`{name}` is a file; name a spec folder, a folder with an IR, or a git revision");
    }
    let (repository, spec_path) = repository_of(spec).with_context(|| {
        format!("`{name}` is not a folder, and cannot be looked up as a git revision")
    })?;
    let Some(commit) = repository.commit(name)? else {
        bail!(
            "`{name}` is neither a folder nor a revision of this repository; `git fetch` if it is on a remote"
        );
    };
    let label = format!("{name} ({})", Repository::short(&commit));
    in_commit(repository, commit, label, spec_path)
}

fn in_commit(
    repository: Repository,
    commit: String,
    label: String,
    spec: String,
) -> Result<FoundVersion> {
    let folder = format!("{spec}/ir");
    let mut ir = repository.files(&commit, &folder)?;
    ir.retain(|(path, _)| is_yaml(path));
    if ir.is_empty() {
        bail!("{label} has no IR: there is no {folder}/*.yaml in that commit");
    }
    for (path, _) in &mut ir {
        *path = path[spec.len() + 1..].to_owned();
    }
    Ok(FoundVersion {
        label,
        origin: Origin::Commit {
            repository,
            commit,
            spec,
        },
        ir: Some(ir),
    })
}

fn in_folder(folder: &Path, label: String) -> Result<FoundVersion> {
    let ir = yaml_files(&folder.join("ir"), "ir/")?;
    if !ir.is_empty() {
        return Ok(FoundVersion {
            label,
            origin: Origin::Spec(folder.to_owned()),
            ir: Some(ir),
        });
    }
    if folder.join("docs").is_dir() {
        return Ok(FoundVersion {
            label,
            origin: Origin::Spec(folder.to_owned()),
            ir: None,
        });
    }
    let mut ir = yaml_files(folder, "ir/")?;
    // Files of a spec folder are YAML too, but no IR; nobody's page has these names.
    ir.retain(|(path, _)| !matches!(path.as_str(), "ir/client.yaml" | "ir/overlay.yaml"));
    if ir.is_empty() || folder.join("client.yaml").is_file() {
        bail!(
            "there is no IR in {label}: neither ir/*.yaml nor docs/*.md nor the *.yaml of an IR; \
             run `cargo xtask regen` first, or name another folder"
        );
    }
    Ok(FoundVersion {
        label,
        origin: Origin::Ir(folder.to_owned()),
        ir: Some(ir),
    })
}

fn is_yaml(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "yaml")
}

fn yaml_files(folder: &Path, prefix: &str) -> Result<Vec<(String, String)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", shown(folder)));
        }
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot read {}", shown(folder)))?
            .path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if is_yaml(&name) && path.is_file() {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", shown(&path)))?;
            files.push((format!("{prefix}{name}"), text));
        }
    }
    files.sort();
    Ok(files)
}

/// What one file of an IR holds.
#[derive(Clone)]
enum IrFile {
    Page(Page),
    Models(Models),
    Topics(Vec<spec::Topic>),
}

/// Files that are the same on both sides, which is most of them, are parsed once.
fn read_both(old: FoundVersion, new: FoundVersion) -> Result<(ApiVersion, ApiVersion)> {
    let (old_ir, new_ir) = (
        old.ir.as_deref().unwrap_or_default(),
        new.ir.as_deref().unwrap_or_default(),
    );
    let shared = |file: &(String, String)| old_ir.iter().position(|other| other == file);
    let (parsed_old, parsed_new) = rayon::join(
        || {
            old_ir
                .par_iter()
                .map(|file| parse(&old.label, file))
                .collect::<Vec<Result<IrFile>>>()
        },
        || {
            let fresh = |file| match shared(file) {
                Some(index) => Ok(Err(index)),
                None => parse(&new.label, file).map(Ok),
            };
            new_ir
                .par_iter()
                .map(fresh)
                .collect::<Result<Vec<std::result::Result<IrFile, usize>>>>()
        },
    );
    let parsed_old = parsed_old.into_iter().collect::<Result<Vec<IrFile>>>()?;
    let parsed_new = parsed_new?
        .into_iter()
        .map(|part| part.unwrap_or_else(|index| parsed_old[index].clone()))
        .collect();
    Ok((finish(old, parsed_old)?, finish(new, parsed_new)?))
}

fn parse(label: &str, (path, text): &(String, String)) -> Result<IrFile> {
    let parsed = if path == "ir/models.yaml" {
        spec::yaml::parse_models(text).map(IrFile::Models)
    } else if path == "ir/topics.yaml" {
        spec::yaml::parse_topics(text).map(IrFile::Topics)
    } else {
        spec::yaml::parse_page(text).map(IrFile::Page)
    };
    parsed.map_err(|error| {
        let line = text[..error.range.start].matches('\n').count() + 1;
        anyhow::anyhow!("{label}: {path}:{line}: {}", error.message)
    })
}

fn finish(found: FoundVersion, parts: Vec<IrFile>) -> Result<ApiVersion> {
    let FoundVersion { label, origin, ir } = found;
    let Some(ir) = ir else {
        let Origin::Spec(folder) = &origin else {
            unreachable!("only a spec folder is found without an IR")
        };
        let api = extract(folder)
            .with_context(|| format!("{label} has no IR, and its docs cannot be read"))?;
        return Ok(ApiVersion {
            label,
            api,
            origin,
            ir: Vec::new(),
        });
    };
    let mut api = Api::default();
    for part in parts {
        match part {
            IrFile::Page(page) => api.pages.push(page),
            IrFile::Models(models) => api.models = models,
            IrFile::Topics(topics) => api.topics = topics,
        }
    }
    api.pages.sort_by(|a, b| a.api.cmp(&b.api));
    api.models.models.sort_by(|a, b| a.name.cmp(&b.name));
    api.topics.sort_by(|a, b| a.topic.cmp(&b.topic));
    Ok(ApiVersion {
        label,
        api,
        origin,
        ir,
    })
}

/// The API as the docs of a spec folder say it, or nothing where parts of the IR are written by hand.
///
/// # Errors
/// The docs cannot be read.
pub fn read_docs(folder: &Path) -> Result<Option<Api>> {
    let handmade = SpecFolder::read(folder)?.handmade_ir;
    if !handmade.is_empty() {
        return Ok(None);
    }
    let mut api = extract(folder)?;
    api.pages.sort_by(|a, b| a.api.cmp(&b.api));
    Ok(Some(api))
}

/// The docs of a folder, as `regen` would read them. Findings are `lint`'s business, but with an
/// error among them the API would not be what the docs say.
fn extract(folder: &Path) -> Result<Api> {
    let folder = SpecFolder::read(folder)?;
    let extracted = crate::extract::extract(&folder);
    let errors = extracted
        .diagnostics
        .iter()
        .filter(|found| crate::extract::is_error(found))
        .count();
    if errors > 0 {
        bail!(
            "{} in the docs; `cargo xtask lint --spec {}` shows them",
            api_diff::report::plural(errors, "error"),
            shown(&folder.dir)
        );
    }
    Ok(extracted.api)
}

/// The pages of an IR folder on the disk.
///
/// # Errors
/// One cannot be read.
pub fn pages_of(folder: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for file in yaml_files(folder, "ir/")? {
        if let IrFile::Page(page) = parse(&shown(folder), &file)? {
            pages.push(page);
        }
    }
    Ok(pages)
}
