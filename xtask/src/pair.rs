//! Finds the versions of several SDKs' docs that describe the same state of the API.
//!
//! The version numbers of SDKs drift apart. Each SDK's repository has the definition that it was generated
//! from (`same_as_first` names the file); two versions with the same git object of it are of the same state.
//! The file is large and not fetched, because its folder has the object id. The commits of all versions are
//! fetched (a few hundred bytes each), then the folders of those with the nearest dates, because SDKs of
//! one state are released within days.

use crate::fetch::{Commit, Remote};
use crate::versions::{self, DocsVersion};
use anyhow::{Context as _, Result, bail};
use spec::Source;

/// How many of the first source's versions are tried, from the newest on.
const TRIED: usize = 16;

/// How many versions of another source are looked at, the nearest by date first: so many at once.
const BATCHES: [usize; 3] = [4, 8, 20];

/// The version of a source that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The version.
    pub version: String,
    /// Its tag.
    pub tag: String,
    /// What the tag stands at.
    pub commit: Commit,
    /// The object that has to be the same, by its file.
    pub same: Option<SameObject>,
}

/// A file and the git object that stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameObject {
    /// As `same_as_first` names it.
    pub file: String,
    /// The object id; nothing where the file is missing.
    pub id: Option<String>,
    /// Whether it is another than the first source's.
    pub drifts: bool,
}

/// One version of each source, in their order.
#[derive(Clone, Debug, Default)]
pub struct Pairing {
    /// One for each source.
    pub chosen: Vec<Chosen>,
    /// Newer versions of the first source, and why they were not taken.
    pub passed_over: Vec<String>,
}

/// A source, and what is known of its versions.
struct SourceVersions<'a, 'r> {
    source: &'a Source,
    remote: &'a mut Remote<'r>,
    versions: Vec<DocsVersion>,
}

/// Why a version of the first source has no partner, and the nearest that there is.
struct NoPartner {
    reason: String,
    nearest: Option<Chosen>,
}

/// Chooses the newest version of the first source for which every other source has one; `asked` is the
/// first source's. With `accept_drift` the nearest by date is taken where none is the same.
///
/// # Errors
/// A repository cannot be reached, or there is no such version.
pub fn pair(
    sources: &[Source],
    remotes: &mut [Remote<'_>],
    asked: Option<&str>,
    accept_drift: bool,
) -> Result<Pairing> {
    let sides = sources.iter().zip(remotes);
    let sides = sides.map(|(source, remote)| SourceVersions::of(source, remote));
    let mut sides = sides.collect::<Result<Vec<_>>>()?;
    let (first, others) = sides.split_first_mut().context("no sources")?;
    let asked = asked.or(first.source.version.as_deref());
    let mut wanted = versions::wanted(&first.versions, asked);
    let untried = wanted.len().saturating_sub(TRIED);
    wanted.truncate(TRIED);
    if wanted.is_empty() {
        bail!("{}", first.lacks(asked));
    }
    let is_thorough = asked.is_some();
    let commits = first.commits(&wanted)?;
    let mut pairing = Pairing::default();
    let mut drifting: Option<Vec<Chosen>> = None;
    for (version, commit) in wanted.iter().zip(commits) {
        let mut reasons = Vec::new();
        let mut chosen = vec![first.choose(version, commit)];
        for other in &mut *others {
            match other.partner(first, &chosen[0], is_thorough)? {
                Ok(partner) => chosen.push(partner),
                Err(none) => {
                    reasons.push(none.reason);
                    chosen.extend(none.nearest);
                }
            }
        }
        if reasons.is_empty() {
            pairing.chosen = chosen;
            return Ok(pairing);
        }
        if drifting.is_none() && chosen.len() == others.len() + 1 {
            drifting = Some(chosen);
        }
        let reasons = reasons.join("; ");
        pairing
            .passed_over
            .push(format!("{}: {reasons}", version.text));
    }
    match drifting {
        Some(chosen) if accept_drift => Ok(Pairing {
            chosen,
            passed_over: Vec::new(),
        }),
        drifting => {
            let mut tried = pairing.passed_over;
            if untried > 0 {
                tried.push(format!(
                    "{untried} older were not tried; `--version` names one"
                ));
            }
            bail!("{}", no_match(asked, &tried, drifting.is_some()))
        }
    }
}

/// The message that no version has a match in every source.
fn no_match(asked: Option<&str>, tried: &[String], can_drift: bool) -> String {
    let asked = asked.map_or_else(String::new, |asked| format!(" {asked}"));
    let tried = tried.join("\n  ");
    let help = if can_drift {
        "\n`--accept-drift` takes the newest of these with the nearest of each other source"
    } else {
        ""
    };
    format!("no version{asked} has a match in every source:\n  {tried}{help}")
}

impl<'a, 'r> SourceVersions<'a, 'r> {
    fn of(source: &'a Source, remote: &'a mut Remote<'r>) -> Result<Self> {
        let tags = remote.tags().with_context(|| source.repository.clone())?;
        let versions = tags
            .iter()
            .filter_map(|tag| DocsVersion::of(tag, &source.tag));
        Ok(Self {
            versions: versions.collect(),
            source,
            remote,
        })
    }
}

impl SourceVersions<'_, '_> {
    fn tag(&self, version: &DocsVersion) -> String {
        self.source.tag.replace("{version}", &version.text)
    }

    fn lacks(&self, asked: Option<&str>) -> String {
        let Source {
            repository, tag, ..
        } = self.source;
        let what = asked.map_or_else(
            || "no release".to_owned(),
            |asked| format!("no version {asked}"),
        );
        let newest = versions::newest(&self.versions);
        format!("{repository} has {what} (a tag `{tag}`); {newest}")
    }

    fn commits(&mut self, versions: &[DocsVersion]) -> Result<Vec<Commit>> {
        let tags: Vec<String> = versions.iter().map(|version| self.tag(version)).collect();
        let commits = self.remote.commits(&tags);
        commits.with_context(|| self.source.repository.clone())
    }

    fn choose(&self, version: &DocsVersion, commit: Commit) -> Chosen {
        Chosen {
            version: version.text.clone(),
            tag: self.tag(version),
            commit,
            same: None,
        }
    }

    /// The object that stands at the file in each commit; their root folders come by one request.
    fn objects(&mut self, commits: &[&Commit], file: &str) -> Result<Vec<Option<String>>> {
        let roots: Vec<String> = commits.iter().map(|commit| commit.tree.clone()).collect();
        let context = || format!("{}: {file}", self.source.repository);
        self.remote.folders(&roots).with_context(context)?;
        let ids = roots.iter().map(|root| {
            let found = self.remote.find(root, file).with_context(context)?;
            Ok(found.map(|entry| entry.id))
        });
        ids.collect()
    }

    /// This source's version of the same state as the first source's.
    fn partner(
        &mut self,
        first: &mut SourceVersions<'_, '_>,
        of: &Chosen,
        is_thorough: bool,
    ) -> Result<Result<Chosen, NoPartner>> {
        let pinned = self.source.version.as_deref();
        let Some(file) = self.source.same_as_first.clone() else {
            let asked = pinned.unwrap_or(&of.version);
            return self.of_name(asked);
        };
        let candidates = versions::wanted(&self.versions, pinned);
        if candidates.is_empty() {
            return Ok(Err(NoPartner {
                reason: self.lacks(pinned),
                nearest: None,
            }));
        }
        let mut wanted = first.objects(&[&of.commit], &file)?;
        let wanted = wanted.pop().flatten();
        let commits = self.commits(&candidates)?;
        let mut nearest: Vec<(&DocsVersion, Commit)> = candidates.iter().zip(commits).collect();
        // A stable sort: of equal dates the newest version comes first.
        nearest.sort_by_key(|(_, commit)| commit.date.abs_diff(of.commit.date));
        let mut batches = BATCHES.into_iter();
        let mut from = 0;
        while from < nearest.len() {
            let rest = nearest.len() - from;
            let Some(size) = batches.next().or(is_thorough.then_some(rest)) else {
                break;
            };
            let batch = &nearest[from..from + size.min(rest)];
            let commits: Vec<&Commit> = batch.iter().map(|(_, commit)| commit).collect();
            let ids = self.objects(&commits, &file)?;
            let same = ids.iter().position(|id| wanted.is_some() && *id == wanted);
            if let Some(index) = same {
                let (version, commit) = batch[index].clone();
                return Ok(Ok(self.with_object(version, commit, &file, wanted, false)));
            }
            from += batch.len();
        }
        let reason = if wanted.is_none() {
            let there = &first.source.repository;
            format!("{there} has no {file} at tag {}", of.tag)
        } else {
            self.none_is_same(of, &file, &nearest, from)
        };
        let (version, commit) = nearest[0].clone();
        let id = self.objects(&[&commit], &file)?.pop().flatten();
        Ok(Err(NoPartner {
            reason,
            nearest: Some(self.with_object(version, commit, &file, id, true)),
        }))
    }

    /// Says that none of the versions that were looked at, which are the first of `nearest`, has the same file.
    fn none_is_same(
        &self,
        of: &Chosen,
        file: &str,
        nearest: &[(&DocsVersion, Commit)],
        looked_at: usize,
    ) -> String {
        let here = &self.source.repository;
        let (version, commit) = &nearest[0];
        let distance = distance(of.commit.date, commit.date);
        let looked_at = if looked_at < nearest.len() {
            format!("the {looked_at} nearest by date of {}", nearest.len())
        } else {
            looked_at.to_string()
        };
        format!(
            "none of {looked_at} versions of {here} has the same {file}; the nearest is {}, {distance}",
            version.text
        )
    }

    /// The version of that name, for a source whose numbers are the first's, or that is pinned.
    fn of_name(&mut self, asked: &str) -> Result<Result<Chosen, NoPartner>> {
        let Some(version) = versions::wanted(&self.versions, Some(asked))
            .into_iter()
            .next()
        else {
            return Ok(Err(NoPartner {
                reason: self.lacks(Some(asked)),
                nearest: None,
            }));
        };
        let commit = self.commits(std::slice::from_ref(&version))?;
        let commit = commit.into_iter().next().expect("one was asked for");
        Ok(Ok(self.choose(&version, commit)))
    }

    fn with_object(
        &self,
        version: &DocsVersion,
        commit: Commit,
        file: &str,
        id: Option<String>,
        drifts: bool,
    ) -> Chosen {
        Chosen {
            same: Some(SameObject {
                file: file.to_owned(),
                id,
                drifts,
            }),
            ..self.choose(version, commit)
        }
    }
}

/// How far the second date is from the first, both in seconds.
fn distance(from: i64, to: i64) -> String {
    let seconds = from.abs_diff(to);
    let days = seconds.div_euclid(24 * 60 * 60);
    let word = if to < from { "earlier" } else { "later" };
    match (seconds, days) {
        (0, _) => "of the same second".to_owned(),
        (_, 0) => format!("less than a day {word}"),
        (_, 1) => format!("1 day {word}"),
        (_, days) => format!("{days} days {word}"),
    }
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances_are_days() {
        assert_eq!(distance(100, 100), "of the same second");
        assert_eq!(distance(100, 99), "less than a day earlier");
        assert_eq!(distance(0, 86_400), "1 day later");
        assert_eq!(distance(864_000, 0), "10 days earlier");
    }
}
