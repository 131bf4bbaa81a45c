//! `publish`: checks the client crate before a release, releases it, and sets its tag.
//!
//! All checks run before anything is done, and each failed one says what to do. `cargo` and `git` run as
//! commands, so that the user's settings hold.

use crate::cli::RegenArgs;
use crate::diff::args::PublishArgs;
use crate::diff::command::{client_version, comparison};
use crate::diff::source::{Origin, parent_of};
use crate::git::Repository;
use crate::outcome::Outcome;
use crate::{output, regen, workspace};
use anyhow::{Context as _, Result, bail};
use api_diff::Bump;
use semver::Version;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is about to be released.
struct Release {
    root: PathBuf,
    spec: PathBuf,
    out: PathBuf,
    version: Version,
    dry_run: bool,
    without_semver_checks: bool,
}

/// Runs the command.
///
/// # Errors
/// Something that the checks need is not there, or cargo or git fails.
pub fn run(args: &PublishArgs) -> Result<Outcome> {
    let spec = workspace::folder(args.spec.as_deref(), "spec");
    let out = workspace::folder(args.out.as_deref(), "generated");
    let root = parent_of(&spec).to_owned();
    let origin = Origin::Spec(spec.clone());
    let version = client_version(&origin)?.with_context(|| {
        format!(
            "{}: there is no such file",
            workspace::shown(&spec.join("client.yaml"))
        )
    })?;
    let release = Release {
        root,
        spec,
        out,
        version,
        dry_run: args.dry_run,
        without_semver_checks: args.without_semver_checks,
    };
    let checks: [fn(&Release) -> Result<Check>; 5] = [
        is_fresh,
        is_committed,
        is_far_enough,
        keeps_its_public_api,
        is_in_changelog,
    ];
    let mut refused = false;
    for check in checks {
        match check(&release)? {
            Check::Passed(what) => output::note(&format!("ok: {what}")),
            Check::Refused(why) => {
                refused = true;
                output::note(&format!("refused: {why}"));
            }
        }
    }
    if refused {
        return Ok(Outcome::Findings);
    }
    release.publish()?;
    Ok(Outcome::Fine)
}

/// `cargo semver-checks` ends with 100 where the version promises more than is kept, and with others where it
/// could not compare.
const SEMVER_VIOLATION: i32 = 100;

/// The result of a check: what is fine, or what is wrong and what to do.
enum Check {
    Passed(String),
    Refused(String),
}

fn is_fresh(release: &Release) -> Result<Check> {
    let args = RegenArgs {
        spec: Some(release.spec.clone()),
        out: Some(release.out.clone()),
        check: true,
        ir_only: false,
        by_hand: false,
    };
    Ok(match regen::run(&args)? {
        Outcome::Fine => {
            Check::Passed("the IR and the client crate are up to date with the docs".to_owned())
        }
        Outcome::Findings => Check::Refused(
            "the IR or the client crate is stale: run `cargo xtask regen` and commit it".to_owned(),
        ),
    })
}

/// A release is a commit. A dry run may be made before it.
fn is_committed(release: &Release) -> Result<Check> {
    let changed = Repository::at(&release.root)?.run(&["status", "--porcelain"])?;
    let count = changed.lines().count();
    Ok(match (count, release.dry_run) {
        (0, _) => Check::Passed("everything is committed".to_owned()),
        (_, true) => Check::Passed(format!(
            "{count} files are not committed; a release needs all files committed"
        )),
        (_, false) => Check::Refused(format!(
            "{count} files are not committed: commit or stash them"
        )),
    })
}

fn is_far_enough(release: &Release) -> Result<Check> {
    let version = &release.version;
    let Some((tag, last)) = Repository::at(&release.root)?.last_release()? else {
        return Ok(Check::Passed(format!(
            "{version} is the first release: there is no tag `v*` yet"
        )));
    };
    let compared = comparison(
        Some(&tag),
        Some(&release.spec.to_string_lossy()),
        &release.spec,
    )?;
    let bump = compared.report.bump();
    // Whatever is released is another version, also where only the runtime changed.
    let needed = bump.max(Bump::Patch).apply(&last);
    if *version >= needed {
        return Ok(Check::Passed(format!(
            "{version} is far enough from {tag} for a {bump} change"
        )));
    }
    Ok(Check::Refused(format!(
        "the changes since {tag} are {bump} ({}): set `version: {needed}` or more in client.yaml, not {version}, \
         then `cargo xtask regen`; `cargo xtask diff {tag}` shows them",
        compared.report.summary().trim_end_matches('.')
    )))
}

/// cargo-semver-checks compares the public items of the crate with those of the last release, and
/// checks the version. It sees what the IR does not have, such as the methods of the runtime.
fn keeps_its_public_api(release: &Release) -> Result<Check> {
    let Some((tag, _)) = Repository::at(&release.root)?.last_release()? else {
        return Ok(Check::Passed(
            "no release yet whose public items could be compared".to_owned(),
        ));
    };
    if release.without_semver_checks {
        return Ok(Check::Passed(format!(
            "the public items were not compared with {tag} (--without-semver-checks)"
        )));
    }
    let installed = Command::new(cargo())
        .args(["semver-checks", "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !installed {
        return Ok(Check::Refused(
            "cargo-semver-checks is not installed: `cargo install cargo-semver-checks --locked`, or leave \
             the comparison of public items out with `--without-semver-checks`"
                .to_owned(),
        ));
    }
    let manifest = release.out.join("Cargo.toml");
    let mut checks = Command::new(cargo());
    checks
        .current_dir(&release.root)
        .args(["semver-checks", "--manifest-path"])
        .arg(std::path::absolute(manifest)?)
        .args(["--baseline-rev", &tag]);
    let status = output::run(&mut checks).context("`cargo semver-checks`")?;
    match status.code() {
        Some(0) => Ok(Check::Passed(format!(
            "the public items keep what {} promises after {tag}",
            release.version
        ))),
        Some(SEMVER_VIOLATION) => Ok(Check::Refused(format!(
            "{} promises more after {tag} than the public items keep (listed above): set a higher \
             `version` in client.yaml, then `cargo xtask regen`; or take the change back",
            release.version
        ))),
        _ => bail!("`cargo semver-checks` failed ({status}); its message is above"),
    }
}

/// The user's cargo.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn is_in_changelog(release: &Release) -> Result<Check> {
    let path = release.root.join("CHANGELOG.md");
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("cannot read {}", workspace::shown(&path)))?,
    };
    Ok(if has_section(&text, &release.version) {
        Check::Passed(format!("CHANGELOG.md has the section {}", release.version))
    } else {
        Check::Refused(format!(
            "CHANGELOG.md has no section `## {}`: `cargo xtask changelog` drafts it",
            release.version
        ))
    })
}

/// `## 1.2.3`, with or without brackets, a `v`, and a date.
fn has_section(changelog: &str, version: &Version) -> bool {
    let version = version.to_string();
    changelog
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .any(|title| {
            let first = title.split_whitespace().next().unwrap_or_default();
            first.trim_matches(['[', ']']).trim_start_matches('v') == version
        })
}

impl Release {
    fn publish(&self) -> Result<()> {
        let manifest = self.out.join("Cargo.toml");
        let manifest = manifest.to_string_lossy();
        let cargo = cargo();
        let mut package = vec!["package", "--manifest-path", &manifest];
        if self.dry_run {
            package.push("--allow-dirty");
        }
        command(Path::new(&cargo), &self.root, &package)?;
        let tag = format!("v{}", self.version);
        if self.dry_run {
            output::note(&format!(
                "A release would now run `cargo publish` and tag {tag}."
            ));
            return Ok(());
        }
        command(
            Path::new(&cargo),
            &self.root,
            &["publish", "--manifest-path", &manifest],
        )?;
        let message = format!("Release {}", self.version);
        Repository::at(&self.root)?.run(&["tag", "--annotate", &tag, "--message", &message])?;
        output::note(&format!(
            "Released {}; `git push origin {tag}` publishes the tag.",
            self.version
        ));
        Ok(())
    }
}

fn command(program: &Path, folder: &Path, arguments: &[&str]) -> Result<()> {
    let shown = format!(
        "{} {}",
        program.file_name().unwrap_or_default().to_string_lossy(),
        arguments.join(" ")
    );
    output::note(&format!("running `{shown}`"));
    let status = output::run(Command::new(program).current_dir(folder).args(arguments))?;
    if !status.success() {
        bail!("`{shown}` failed ({status}); its output is above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::has_section;
    use semver::Version;

    #[test]
    fn a_section_is_found_by_its_version() {
        let version = Version::new(1, 2, 0);
        for text in [
            "## 1.2.0\n",
            "# Changelog\n\n## [1.2.0] - 2026-01-31\n",
            "## v1.2.0 (soon)\n",
        ] {
            assert!(has_section(text, &version), "{text}");
        }
        for text in ["", "## 1.2.0-rc.1\n", "### 1.2.0\n", "## 1.2\n", "1.2.0\n"] {
            assert!(!has_section(text, &version), "{text}");
        }
    }
}
