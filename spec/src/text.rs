//! Texts that several rooms look at alike: misspelt words, unfinished merges, templates.

use std::borrow::Cow;
use std::ops::Range;

/// The line of the first conflict marker of git.
///
/// `=======` alone does not count: it underlines a heading in Markdown, and git never writes it
/// alone.
pub fn conflict_marker(text: &str) -> Option<Range<usize>> {
    const MARKERS: [&str; 3] = ["<<<<<<<", "|||||||", ">>>>>>>"];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_marker = MARKERS.iter().any(|marker| {
            let rest = line.strip_prefix(marker);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r']))
        });
        if is_marker {
            return Some(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    None
}

/// The known word closest to a misspelt one; `None` if none is close.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    // A third of the letters, so that short words do not all match each other.
    nearest_within(word, known, (word.chars().count() / 3).max(1))
}

/// As [`nearest`], within a number of typing errors: an extra, missing or wrong letter, or two
/// letters swapped.
pub fn nearest_within<'k>(
    word: &str,
    known: impl IntoIterator<Item = &'k str>,
    furthest: usize,
) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let distance = |known: &str| strsim::osa_distance(&lower, &known.to_lowercase());
    let near = known.into_iter().map(|known| (distance(known), known));
    let near = near.filter(|(distance, known)| *distance <= furthest && *known != word);
    near.min().map(|(_, known)| known)
}

/// A path or topic template without the names of its variables: docs call the same variable differently,
/// and nobody sends the name.
pub fn unnamed(template: &str) -> Cow<'_, str> {
    if !template.contains('{') {
        return Cow::Borrowed(template);
    }
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str("{}");
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_lose_their_names_and_nothing_else() {
        for (template, expected) in [
            ("/a/b", "/a/b"),
            ("/a/{id}/b/{other}", "/a/{}/b/{}"),
            ("v2.a.{id}", "v2.a.{}"),
            ("/a/{x}-{y}.json", "/a/{}-{}.json"),
            ("/a/{open", "/a/{open"),
        ] {
            assert_eq!(unnamed(template), expected);
        }
    }

    #[test]
    fn names_of_one_thing_are_no_slips_of_each_other() {
        for (word, known, meant) in [
            ("TrustUpdate", "TrustCreate", None),
            ("TrustRequestCreate", "TrustRequest", None),
            ("Usre", "User", Some("User")),
            ("Organisation", "Organization", Some("Organization")),
        ] {
            assert_eq!(nearest_within(word, [known], 2), meant, "{word}");
        }
    }

    #[test]
    fn conflict_markers_are_found_by_their_lines() {
        let text = "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> theirs\n";
        assert_eq!(conflict_marker(text), Some(5..17));
        assert_eq!(conflict_marker(&text[18..]), Some(18..32));
        assert_eq!(conflict_marker("|||||||\r\n"), Some(0..7));
        for text in [
            "Title\n=======\n",
            "a <<<<<<< b\n",
            "<<<<<<<<\n",
            " <<<<<<< HEAD",
        ] {
            assert_eq!(conflict_marker(text), None, "{text}");
        }
    }

    #[test]
    fn a_misspelt_word_has_a_nearest_one() {
        let known = ["string", "integer", "date", "date-time"];
        for (word, meant) in [
            ("strng", Some("string")),
            ("String", Some("string")),
            ("dat", Some("date")),
            ("datetime", Some("date-time")),
            ("boolean", None),
            ("x", None),
            ("", None),
            // Two of six letters are within a third of them, three of eight are not.
            ("sxrixg", Some("string")),
            ("sxrixgxx", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
    }
}
