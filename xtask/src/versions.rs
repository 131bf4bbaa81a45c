//! Versions of docs, as tags name them. Pure.

/// A version of the docs. Those that are numbers compare as such and come after all others, which
/// are pre-releases and the like and are taken only when asked for by their whole name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocsVersion {
    numbers: Option<Vec<u64>>,
    /// As the tag has it.
    pub text: String,
}

impl DocsVersion {
    /// The version that a tag of the pattern names.
    pub fn of(tag: &str, pattern: &str) -> Option<Self> {
        let (before, after) = pattern.split_once("{version}")?;
        let text = tag.strip_prefix(before)?.strip_suffix(after)?;
        Some(Self {
            numbers: numbers(text),
            text: text.to_owned(),
        })
    }

    /// Whether the version is numbers and no pre-release.
    pub fn is_release(&self) -> bool {
        self.numbers.is_some()
    }

    /// Whether the version begins with these numbers.
    pub fn is_of(&self, asked: &str) -> bool {
        match (&self.numbers, numbers(asked)) {
            (Some(numbers), Some(asked)) => numbers.starts_with(&asked),
            _ => false,
        }
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

/// The versions that were asked for, newest first: the one of that name, or else all that begin with
/// these numbers (`259` asks for `259.x.y`); without a wish, all releases.
pub fn wanted(versions: &[DocsVersion], asked: Option<&str>) -> Vec<DocsVersion> {
    let mut wanted: Vec<DocsVersion> = match asked {
        None => versions
            .iter()
            .filter(|version| version.is_release())
            .cloned()
            .collect(),
        Some(asked) => match versions.iter().find(|version| version.text == asked) {
            Some(version) => vec![version.clone()],
            None => versions
                .iter()
                .filter(|version| version.is_of(asked))
                .cloned()
                .collect(),
        },
    };
    wanted.sort();
    wanted.reverse();
    wanted
}

/// The newest few, for a message.
pub fn newest(versions: &[DocsVersion]) -> String {
    let mut sorted: Vec<&DocsVersion> = versions.iter().collect();
    sorted.sort();
    let newest = sorted
        .iter()
        .rev()
        .take(5)
        .map(|version| version.text.as_str());
    let newest: Vec<&str> = newest.collect();
    if newest.is_empty() {
        "it has none".to_owned()
    } else {
        format!("its newest are {}", newest.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &[&str]) -> Vec<DocsVersion> {
        let of = |text: &&str| DocsVersion::of(text, "{version}");
        texts.iter().filter_map(of).collect()
    }

    #[test]
    fn versions_compare_as_numbers() {
        let version = |tag: &str| DocsVersion::of(tag, "v{version}").expect("a tag of the pattern");
        assert!(version("v9.0.0") < version("v10.0.0"));
        assert!(version("v10.0.0-beta.1") < version("v9.0.0"));
        assert!(version("v10.1.0").is_of("10"));
        assert!(!version("v10.1.0").is_of("1"));
        assert_eq!(DocsVersion::of("9.0.0", "v{version}"), None);
    }

    #[test]
    fn a_whole_name_is_one_version_and_a_number_all_that_begin_with_it() {
        let all = versions(&["9.0.0", "10.1.0", "10.0.0", "10.2.0-beta", "8.0.0"]);
        let texts = |asked| {
            let wanted = wanted(&all, asked).into_iter().map(|version| version.text);
            wanted.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(texts(None), "10.1.0 10.0.0 9.0.0 8.0.0");
        assert_eq!(texts(Some("10")), "10.1.0 10.0.0");
        assert_eq!(texts(Some("10.2.0-beta")), "10.2.0-beta");
        assert_eq!(texts(Some("7")), "");
        assert_eq!(
            newest(&all),
            "its newest are 10.1.0, 10.0.0, 9.0.0, 8.0.0, 10.2.0-beta"
        );
    }
}
