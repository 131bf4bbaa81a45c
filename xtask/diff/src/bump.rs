//! The version to publish: by the worst impact on Rust and Cargo's rules, where the leftmost number that is
//! not zero counts as major.
//!
//! A change that only breaks the wire is minor. It is no patch, because callers must know of it. It is not
//! major, because the server changed: it also breaks callers of older versions. (Buf counts it as breaking
//! in each of its categories, but has no version; cargo-semver-checks checks Rust only.)

use crate::change::{Change, Impact};
use semver::Version;
use serde::Serialize;
use std::fmt;

/// How far the version must move, as for a version from 1.0.0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// The crate changed, but not its public API.
    Patch,
    /// The public API has additions, or only the wire breaks.
    Minor,
    /// Code may no longer compile.
    Major,
}

impl Bump {
    /// The bump that changes ask for.
    pub fn of<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Self {
        let worst = changes
            .into_iter()
            .map(|change| match (change.rust, change.wire) {
                (Impact::Breaking, _) => Self::Major,
                (Impact::Compatible, _) | (_, Impact::Breaking) => Self::Minor,
                (Impact::None, _) => Self::Patch,
            });
        worst.max().unwrap_or(Self::None)
    }

    /// The least version that may follow `version`.
    pub fn apply(self, version: &Version) -> Version {
        let Version {
            major,
            minor,
            patch,
            ..
        } = *version;
        // A pre-release may still become the release of its own number.
        if self == Self::None {
            return version.clone();
        }
        match (self, major, minor) {
            (Self::Major, 0, 0) | (Self::Minor | Self::Patch, 0, _) => {
                Version::new(0, minor, patch + 1)
            }
            (Self::Major, 0, _) => Version::new(0, minor + 1, 0),
            (Self::Major, ..) => Version::new(major + 1, 0, 0),
            (Self::Minor, ..) => Version::new(major, minor + 1, 0),
            (Self::Patch, ..) => Version::new(major, minor, patch + 1),
            (Self::None, ..) => version.clone(),
        }
    }

    /// As shown and as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leftmost_digit_that_is_not_zero_is_the_major_one() {
        for (bump, from, to) in [
            (Bump::Major, "1.2.3", "2.0.0"),
            (Bump::Minor, "1.2.3", "1.3.0"),
            (Bump::Patch, "1.2.3", "1.2.4"),
            (Bump::None, "1.2.3", "1.2.3"),
            (Bump::Major, "0.2.3", "0.3.0"),
            (Bump::Minor, "0.2.3", "0.2.4"),
            (Bump::Patch, "0.2.3", "0.2.4"),
            (Bump::Major, "0.0.3", "0.0.4"),
            (Bump::Minor, "0.0.3", "0.0.4"),
        ] {
            let from = Version::parse(from).unwrap();
            assert_eq!(bump.apply(&from).to_string(), to, "{bump} from {from}");
        }
    }
}
