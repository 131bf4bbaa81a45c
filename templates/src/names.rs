//! Rust names from documented names. No other module makes names. Pure.
//!
//! A later version of the docs adds names, and they must not change the Rust names of old ones. So a
//! name has two Rust forms. [`plain`] is heck's, as people expect, but it maps `userId` and `userID` to
//! one name. [`spelled`] splits at every capital and escapes the rest, so it is unique. A name for which
//! both agree is called canonical; usual lower camel case names are. Operations and models get a form
//! that depends on the name alone (all 2,502 operations of the docs' first eleven years are canonical).
//! Other names (pages such as `AIStudioApi`, parameters such as `_date`, fields such as `sloURI`) are
//! plain, because the strict form would be ugly. If two of them clash in one [`Scope`], the canonical
//! one, otherwise the first, stays plain, and the other is spelled.

use heck::{ToKebabCase, ToSnakeCase, ToUpperCamelCase};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// Words that no identifier of edition 2024 may be, and `mod`'s file name.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that rendered code uses without a path; no rendered type may shadow them.
const PRELUDE: &[&str] = &[
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Send",
    "Some",
    "String",
    "Sync",
    "ToString",
    "Vec",
];

/// The name in snake case as people expect it; not unique.
pub fn plain(name: &str) -> String {
    // heck keeps letters of every alphabet; identifiers that nobody can type are spelled instead.
    if !name.is_ascii() {
        return spelled(name);
    }
    identifier(name.to_snake_case())
}

/// A unique name in snake case: split at every capital, other characters than letters and digits as `_0`
/// and six hexadecimal digits (no word of `plain` begins so).
pub fn spelled(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    for (index, character) in name.char_indices() {
        match character {
            'a'..='z' | '0'..='9' => out.push(character),
            'A'..='Z' => {
                // At the start there is nothing to split; the mark keeps `A` and `a` apart.
                out.push_str(if index == 0 { "_0_" } else { "_" });
                out.push(character.to_ascii_lowercase());
            }
            other => push(&mut out, format_args!("_0{:06x}", u32::from(other))),
        }
    }
    identifier(out)
}

/// Whether the plain and the spelled name are the same.
pub fn is_canonical(name: &str) -> bool {
    plain(name) == spelled(name)
}

/// A snake case name that depends on the name alone: for operations.
pub fn strict(name: &str) -> String {
    spelled(name)
}

/// The type that an operation's name gives: `getUsers` is `GetUsers`. Depends on the name alone.
pub fn strict_type(name: &str) -> String {
    let is_usual = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    if is_usual {
        let mut out = name.to_owned();
        out[..1].make_ascii_uppercase();
        return type_identifier(out);
    }
    escaped_type(name)
}

/// A type's name with `X` as the escape character. `X` itself is escaped, and so is a capital at the
/// start, where a small letter would give the same. No usual name ends in an underscore.
fn escaped_type(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    for (index, character) in name.char_indices() {
        match character {
            'a'..='z' if index == 0 => out.push(character.to_ascii_uppercase()),
            'A'..='Z' if index == 0 => {
                push(&mut out, format_args!("X{:06x}", u32::from(character)));
            }
            'a'..='z' | 'A'..='W' | 'Y' | 'Z' | '0'..='9' => out.push(character),
            other => push(&mut out, format_args!("X{:06x}", u32::from(other))),
        }
    }
    out.push('_');
    identifier(out)
}

/// A model's type: the documented name if that is a Rust type name, as all 4,016 of the vendor's are.
/// Depends on the name alone.
pub fn model(name: &str) -> String {
    let is_type = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    if is_type && name != "Self" {
        return name.to_owned();
    }
    escaped_type(name)
}

/// The name in upper camel case as people expect it; not unique.
pub fn plain_type(name: &str) -> String {
    if !name.is_ascii() {
        return strict_type(name);
    }
    type_identifier(name.to_upper_camel_case())
}

/// A page's name without the `Api` that all have.
pub fn page(api: &str) -> &str {
    match api.strip_suffix("Api") {
        Some(short) if !short.is_empty() => short,
        _ => api,
    }
}

/// A page's Cargo feature, from its module's name.
pub fn feature(module: &str) -> String {
    module.to_kebab_case()
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes every text");
}

fn identifier(mut name: String) -> String {
    match name.chars().next() {
        None => name.push_str("unnamed"),
        Some(first) if first.is_ascii_digit() => name.insert(0, '_'),
        Some(_) => {}
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

fn type_identifier(name: String) -> String {
    if name.is_empty() {
        return "Unnamed".to_owned();
    }
    let mut name = identifier(name);
    if PRELUDE.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Names that must differ from each other: parameters of an operation, pages of an API, fields of
/// a model, values of a set.
pub struct Scope {
    /// Names of code that is not rendered. As with keywords, an underscore is added.
    reserved: &'static [&'static str],
    taken: HashSet<String>,
}

impl Scope {
    /// An empty scope.
    pub fn new(reserved: &'static [&'static str]) -> Self {
        Self {
            reserved,
            taken: HashSet::new(),
        }
    }

    /// Snake case names for `names`, in their order.
    pub fn snake<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        self.assign(names, plain, spelled)
    }

    /// Upper camel case names for `names`, in their order.
    pub fn types<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        self.assign(names, plain_type, strict_type)
    }

    /// Takes a ready name; adds a number if it is taken.
    pub fn take(&mut self, mut name: String) -> String {
        if self.reserved.contains(&name.as_str()) {
            name.push('_');
        }
        if self.taken.insert(name.clone()) {
            return name;
        }
        let numbered = (2..).map(|number| format!("{}{number}", name.trim_end_matches('_')));
        let mut free = numbered.filter(|name| !self.taken.contains(name));
        let name = free.next().expect("there is always a higher number");
        self.taken.insert(name.clone());
        name
    }

    fn assign<'a>(
        &mut self,
        names: impl IntoIterator<Item = &'a str>,
        plain: fn(&str) -> String,
        spelled: fn(&str) -> String,
    ) -> Vec<String> {
        let names: Vec<&str> = names.into_iter().collect();
        let mut out: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let mut owners: HashMap<&str, usize> = HashMap::with_capacity(names.len());
        for (index, plain_name) in out.iter().enumerate() {
            let owner = *owners.entry(plain_name.as_str()).or_insert(index);
            if owner != index && is_canonical(names[index]) && !is_canonical(names[owner]) {
                owners.insert(plain_name, index);
            }
        }
        // Owners first, so that no spelled name takes what is plain elsewhere.
        let owns: Vec<bool> = (0..out.len())
            .map(|i| owners[out[i].as_str()] == i)
            .collect();
        for index in (0..out.len()).filter(|&index| owns[index]) {
            out[index] = self.take(std::mem::take(&mut out[index]));
        }
        for index in (0..out.len()).filter(|&index| !owns[index]) {
            out[index] = self.take(spelled(names[index]));
        }
        out
    }
}

/// A model's fields, named by their keys in JSON: names in snake case have lost the capitals.
pub fn fields(fields: &[spec::Field]) -> Vec<String> {
    let mut scope = Scope::new(&["extra"]);
    scope.snake(fields.iter().map(spec::Field::wire_name))
}

/// Names of files that Windows keeps for devices.
const FILES: &[&str] = &["aux", "con", "nul", "prn"];

/// Modules of models, which are files too. If two have the same plain name, the one whose documented
/// name is the module's usual type name keeps it, and the other is spelled.
pub fn model_modules<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<String> = names.into_iter().map(model).collect();
    let mut out: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let mut owners: HashMap<String, usize> = HashMap::new();
    for (index, module) in out.iter().enumerate() {
        let owner = owners.entry(module.clone()).or_insert(index);
        if plain_type(module) == names[index] {
            *owner = index;
        }
    }
    let owns: Vec<bool> = (0..out.len()).map(|i| owners[&out[i]] == i).collect();
    let mut scope = Scope::new(FILES);
    for index in (0..out.len()).filter(|&index| owns[index]) {
        out[index] = scope.take(std::mem::take(&mut out[index]));
    }
    for index in (0..out.len()).filter(|&index| !owns[index]) {
        out[index] = scope.take(spelled(&names[index]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{
        FILES, KEYWORDS, Scope, feature, model, model_modules, page, plain, plain_type, spelled,
        strict, strict_type,
    };
    use std::collections::HashMap;

    #[track_caller]
    fn check(name: impl Fn(&str) -> String, pairs: &[(&str, &str)]) {
        for (documented, rust) in pairs {
            assert_eq!(name(documented), *rust, "{documented}");
        }
    }

    #[test]
    fn names_that_people_expect() {
        check(
            plain,
            &[
                ("trusteeOrgId", "trustee_org_id"),
                ("sloURI", "slo_uri"),
                ("_date", "date"),
                ("org-id", "org_id"),
                ("A1", "a1"),
                ("1st", "_1st"),
                ("type", "type_"),
                ("Self", "self_"),
                ("", "unnamed"),
                ("$", "unnamed"),
                ("größe", "gr_00000f6_00000dfe"),
            ],
        );
        check(
            plain_type,
            &[
                ("sortOrder", "SortOrder"),
                ("us_east_1", "UsEast1"),
                ("en-US", "EnUs"),
                ("1", "_1"),
                ("string", "String_"),
                ("self", "Self_"),
                ("", "Unnamed"),
            ],
        );
        check(
            model,
            &[
                ("DIDPool", "DIDPool"),
                ("Option", "Option"),
                ("Self", "X000053elf_"),
                ("foo", "Foo_"),
                ("foo_bar", "FooX00005fbar_"),
            ],
        );
        assert_eq!(
            feature(&plain(page("OrganizationAuthorizationApi"))),
            "organization-authorization"
        );
        assert_eq!(feature(&plain(page("AIStudioApi"))), "ai-studio");
        assert_eq!(page("Api"), "Api");
    }

    /// Names that heck maps to few, and more of the kind.
    fn awkward() -> Vec<String> {
        let parts = [
            "id", "Id", "ID", "iD", "_id", "id_", "_", "1", "é", "x5f", "X00005f", "-",
        ];
        let mut names: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        for left in parts {
            names.extend(parts.iter().map(|right| format!("{left}{right}")));
        }
        names.sort();
        names.dedup();
        names
    }

    #[test]
    fn strict_names_are_unique() {
        for name in [strict, strict_type, model, spelled] {
            let mut seen = HashMap::new();
            for documented in awkward() {
                let other = seen.insert(name(&documented), documented.clone());
                assert_eq!(other, None, "{documented}: {}", name(&documented));
            }
        }
    }

    #[test]
    fn every_name_is_an_identifier() {
        for documented in awkward() {
            for name in [plain, plain_type, strict, strict_type, model, spelled] {
                let name = name(&documented);
                assert!(
                    syn::parse_str::<syn::Ident>(&name).is_ok(),
                    "{documented}: {name}"
                );
            }
        }
    }

    #[test]
    fn the_canonical_spelling_keeps_the_plain_name() {
        let names = Scope::new(&[]).snake(["user_id", "userID", "userId", "user-id", "userId"]);
        let expected = [
            "user_000005fid",
            "user_i_d",
            "user_id",
            "user_000002did",
            "user_id2",
        ];
        assert_eq!(names, expected);
        let names = Scope::new(&["timeout"]).snake(["timeout", "timeout_"]);
        assert_eq!(names, ["timeout_", "timeout_000005f"]);
    }

    #[test]
    fn a_name_that_is_added_renames_no_canonical_one() {
        let old = ["userId", "sortBy", "date"];
        let before = Scope::new(&[]).snake(old);
        let close = ["userID", "SortBy", "sort-by", "_date", "date_"];
        for added in awkward().iter().map(String::as_str).chain(close) {
            let mut names = old.to_vec();
            names.insert(0, added);
            assert_eq!(Scope::new(&[]).snake(names)[1..], before, "{added}");
        }
    }

    #[test]
    fn of_others_the_first_stays_plain() {
        let names = Scope::new(&[]).snake(["sloURI", "SloURI", "slo-URI"]);
        assert_eq!(names, ["slo_uri", "_0_slo_u_r_i", "slo_000002d_u_r_i"]);
    }

    /// Of the edition that is rendered; `gen` is one since 2024.
    #[test]
    fn no_name_is_a_keyword() {
        for keyword in ["gen", "async", "try", "self", "abstract", "yield"] {
            assert!(KEYWORDS.contains(&keyword));
            assert_eq!(plain(keyword), format!("{keyword}_"));
            assert_eq!(spelled(keyword), format!("{keyword}_"));
        }
        // In lower case a type's name is none.
        assert_eq!(plain_type("gen"), "Gen");
    }

    /// Windows takes no file of these names, whatever the extension.
    #[test]
    fn no_module_has_the_name_of_a_device() {
        let names = model_modules(["Aux", "Con", "Nul", "Prn", "Auxiliary", "Option"]);
        let expected = ["aux_", "con_", "nul_", "prn_", "auxiliary", "option"];
        assert_eq!(names, expected);
        assert_eq!(FILES.len(), 4);
    }

    #[test]
    fn modules_of_models_that_differ_in_case_only_are_two() {
        assert_eq!(model_modules(["ADFS", "Adfs"]), ["_0_a_d_f_s", "adfs"]);
        assert_eq!(model_modules(["Adfs", "ADFS"]), ["adfs", "_0_a_d_f_s"]);
    }

    #[test]
    fn what_is_taken_gets_a_number() {
        let mut scope = Scope::new(&["a"]);
        let names = ["a", "a_", "b", "b", "b"].map(|name| scope.take(name.to_owned()));
        assert_eq!(names, ["a_", "a2", "b", "b2", "b3"]);
    }
}
