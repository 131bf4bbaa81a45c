//! Finds fields whose key in JSON may not be the camel case of their documented name.
//!
//! Snake case loses capitals: `issuer_uri` is `issuerURI` on the wire, but `web_rtc_user` is
//! `webRtcUser`. Of the keys that camel case gets wrong in the vendor's models, the rules below
//! find four in five; the others (`Resources`, `$ref`, `meta-data`) have no sign of it.

/// Acronyms with a vowel; words without a vowel need no list.
const ACRONYMS: [&str; 27] = [
    "acl", "acw", "ai", "ani", "api", "asr", "cic", "faq", "id3", "io", "ip", "iso", "ivr", "jwe",
    "na", "nlu", "pin", "sip", "slo", "sso", "ui", "uri", "uris", "url", "urls", "urn", "utc",
];

/// Fields of the vendor's listings, known to be camel case.
const SETTLED: [&str; 5] = [
    "first_uri",
    "last_uri",
    "next_uri",
    "previous_uri",
    "self_uri",
];

/// Whole names of one to three letters that are words.
const SHORT_WORDS: [&str; 30] = [
    "app", "bcc", "bot", "cc", "day", "end", "get", "id", "ids", "job", "key", "log", "max", "min",
    "new", "now", "old", "on", "op", "org", "raw", "row", "set", "sub", "sum", "tag", "to", "top",
    "url", "uri",
];

/// Why the key of a field may be spelled differently; `None` if there is no sign of it.
pub(super) fn doubt(name: &str) -> Option<String> {
    if SETTLED.contains(&name) || name.contains(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    if !name.contains('_') {
        let short = (1..=3).contains(&name.len()) && !SHORT_WORDS.contains(&name);
        return short.then(|| format!("`{name}` could be an acronym"));
    }
    let first = name.split('_').next().unwrap_or_default();
    if first.len() == 1 || has_digit(first) {
        return Some(format!("`{first}` could be more than one word"));
    }
    name.split('_').skip(1).find_map(|word| {
        if is_acronym(word) {
            return Some(format!("`{word}` could be an acronym"));
        }
        let odd = word.len() == 1 || has_digit(word);
        odd.then(|| format!("`{word}` could be part of the word before it, or an acronym"))
    })
}

fn is_acronym(word: &str) -> bool {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let letters = word.chars().all(|c| c.is_ascii_lowercase());
    (letters && (2..=5).contains(&word.len()) && !word.contains(vowel)) || ACRONYMS.contains(&word)
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::doubt;

    #[test]
    fn names_that_show_a_sign_are_doubted() {
        for name in [
            "issuer_uri",
            "accepts_sms",
            "record_acw",
            "max_file_size_kb",
            "o_auth_client",
            "phone_trunk_bases_ipv4",
            "v1_http",
            "a1",
            "hno",
            "default_answers_to_na",
        ] {
            assert!(doubt(name).is_some(), "{name}");
        }
    }

    #[test]
    fn plain_names_are_not() {
        for name in [
            "self_uri",
            "user_id",
            "date_created",
            "id",
            "key",
            "name",
            "pcFrom",
            "",
        ] {
            assert_eq!(doubt(name), None, "{name}");
        }
    }
}
