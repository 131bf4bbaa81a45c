//! Every key of every file that is written by hand: misspelt, doubled, emptied, of a wrong type and of a
//! wrong meaning. Each is refused with its place, and nothing is written.
//!
//! The command itself says which keys there are, so a key without a row here fails. Longer than most
//! files: it is one table, a row for each key.

mod common;

use common::{Ended, Place};

/// The keys of one map of a file.
struct Level {
    file: &'static str,
    /// A whole file in which each key of the map has its row's entry, once.
    text: &'static str,
    /// What stands between two entries of the map.
    between: &'static str,
    rows: &'static [Row],
}

/// An entry, a value of a wrong type, and one of a wrong meaning with the code and what is said;
/// `ANY` where each value of the type means something.
type Row = (
    &'static str,
    &'static str,
    (&'static str, i32, &'static str),
);

const ANY: (&str, i32, &str) = ("", 0, "");

const CLIENT: &str = "\
crate: { name: every-thing, version: 1.2.3, title: Every Thing, description: A client, license: MIT, repository: \"https://github.com/a/b\", homepage: \"https://a.example\", documentation: \"https://b.example\", keywords: [a, b], categories: [api-bindings] }
regions: [{ name: here_1, domain: here.example }]
oauth: { token_path: /oauth/token, authorize_path: /oauth/authorize }
default_features: [OrganizationAuthorizationApi]
sources: [{ repository: \"https://github.com/a/docs\", folder: build/docs, tag: \"{version}\", kind: operations, exclude: [index.md], same_as_first: swagger.json, version: 259.0.0, topics: notifications.json }]
";

const OVERLAY: &str = "\
pages: { OrganizationAuthorizationApi: { postOrgauthorizationTrustees: { because: it is so, preview: true, deprecated: true, safe: true, returns: Trustor, produces: application/x+json, permissions: { require: all, of: [\"a:b:c\"] }, paging: { style: number, parameter: body, in: body, next: total, items: entities }, job: { id: id, poll: getA, results: getB, state: status, done: [DONE], failed: [FAILED], reason: why, percent: done }, parameters: { body: { in: header, wire: Body, type: TrustCreate, required: false, default: a, values: [a, b], explode: true } } } } }
models: { Trustee: { because: the answer has it, fields: { id: { wire: ID, type: integer, required: true, values: [x, y] } } } }
";

const MODELS: &str = "\
format: 1
models: [{ name: Trustee, opaque: false, fields: [{ name: id, wire: ID, type: string, required: true, values: [x, y], description: Which one }] }]
";

const RENAMED: &str = "\
- { api: OrganizationAuthorizationApi, old: getOld, new: getOrgauthorizationTrustees, method: GET, path: /api/v2/orgauthorization/trustees, since: 0.1.0 }
";

const ACCEPTED: &str = "- { fingerprint: aaaaaaaaaaaaaaaa, because: agreed }\n";

const PINS: &str = "\
version: \"181.0.0\"
sources: [{ repository: \"https://github.com/a/docs\", folder: build/docs, kind: operations, tag: \"181.0.0\", commit: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", same_as_first: swagger.json, object: \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", drifts: false }]
pages: { docs/OrganizationAuthorizationApi.md: \"0000000000000000000000000000000000000000000000000000000000000000\" }
";

/// The model of which the overlay's entry is.
const TRUSTEE: &str = "\
# Trustee

## Properties

| Name | Type | Description | Notes |
| ------------ | ------------- | ------------- | ------------- |
| **id** | **String** | Which one | [optional] |
";

const LEVELS: &[Level] = &[
    Level {
        file: "client.yaml",
        text: CLIENT,
        between: "\n",
        rows: &[
            (
                "crate: { name: every-thing, version: 1.2.3, title: Every Thing, description: A client, license: MIT, repository: \"https://github.com/a/b\", homepage: \"https://a.example\", documentation: \"https://b.example\", keywords: [a, b], categories: [api-bindings] }",
                "a",
                ANY,
            ),
            (
                "regions: [{ name: here_1, domain: here.example }]",
                "{}",
                ("[]", 1, "no region is listed"),
            ),
            (
                "oauth: { token_path: /oauth/token, authorize_path: /oauth/authorize }",
                "[]",
                ANY,
            ),
            (
                "default_features: [OrganizationAuthorizationApi]",
                "all",
                ("[OrganisationAuthorizationApi]", 1, "did you mean"),
            ),
            (
                "sources: [{ repository: \"https://github.com/a/docs\", folder: build/docs, tag: \"{version}\", kind: operations, exclude: [index.md], same_as_first: swagger.json, version: 259.0.0, topics: notifications.json }]",
                "{}",
                ANY,
            ),
        ],
    },
    Level {
        file: "client.yaml",
        text: CLIENT,
        between: ", ",
        rows: &[
            (
                "name: every-thing",
                "[]",
                ("every thing", 1, "is not a crate name"),
            ),
            ("version: 1.2.3", "{}", ("banana", 1, "is not a version")),
            ("title: Every Thing", "[]", ("\"\"", 1, "is empty")),
            (
                "description: A client",
                "true",
                ("\"a\\nb\"", 1, "must be one line"),
            ),
            ("license: MIT", "1", ("free", 1, "not an SPDX expression")),
            (
                "repository: \"https://github.com/a/b\"",
                "[]",
                ("here", 1, "is not a URL"),
            ),
            (
                "homepage: \"https://a.example\"",
                "[]",
                ("here", 1, "is not a URL"),
            ),
            (
                "documentation: \"https://b.example\"",
                "[]",
                ("here", 1, "is not a URL"),
            ),
            (
                "keywords: [a, b]",
                "a",
                ("[a, b, c, d, e, f]", 1, "at most five"),
            ),
            (
                "categories: [api-bindings]",
                "{}",
                ("[API]", 1, "not accepted by the registry"),
            ),
        ],
    },
    Level {
        file: "client.yaml",
        text: CLIENT,
        between: ", ",
        rows: &[
            ("name: here_1", "[]", ("Here", 1, "is not a region name")),
            (
                "domain: here.example",
                "1",
                ("x@evil.example", 1, "is not a domain"),
            ),
        ],
    },
    Level {
        file: "client.yaml",
        text: CLIENT,
        between: ", ",
        rows: &[
            (
                "token_path: /oauth/token",
                "[]",
                ("oauth/token", 1, "is not a path"),
            ),
            (
                "authorize_path: /oauth/authorize",
                "1",
                ("//evil.example", 1, "is not a path"),
            ),
        ],
    },
    Level {
        file: "client.yaml",
        text: CLIENT,
        between: ", ",
        rows: &[
            (
                "repository: \"https://github.com/a/docs\"",
                "[]",
                ("\"--upload-pack=x\"", 1, "option of git"),
            ),
            ("folder: build/docs", "1", ("../docs", 1, "is not a folder")),
            (
                "tag: \"{version}\"",
                "{}",
                ("latest", 1, "is not a git tag"),
            ),
            (
                "kind: operations",
                "[]",
                ("models", 2, "unknown word `models`"),
            ),
            (
                "exclude: [index.md]",
                "a",
                ("[a/b]", 1, "is not a file name"),
            ),
            (
                "same_as_first: swagger.json",
                "[]",
                ("/swagger.json", 1, "is not a path of a file"),
            ),
            (
                "version: 259.0.0",
                "[]",
                ("newest", 1, "is not a version of docs"),
            ),
            (
                "topics: notifications.json",
                "1",
                ("../notifications.json", 1, "is not a path of a file"),
            ),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: "pages: {}\nmodels: {}\n",
        between: "\n",
        rows: &[("pages: {}", "[]", ANY), ("models: {}", "a", ANY)],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            ("because: it is so", "[]", ("' '", 1, "has no reason")),
            ("preview: true", "1", ANY),
            ("deprecated: true", "a", ANY),
            ("safe: true", "[]", ANY),
            (
                "returns: Trustor",
                "1",
                ("strng", 1, "`strng` is neither a type"),
            ),
            (
                "produces: application/x+json",
                "[]",
                ("plain", 1, "is not a media type"),
            ),
            (
                "permissions: { require: all, of: [\"a:b:c\"] }",
                "abc",
                ("{ require: any, of: [] }", 1, "write `require: none`"),
            ),
            (
                "paging: { style: number, parameter: body, in: body, next: total, items: entities }",
                "1",
                ("all", 2, "must be `none`"),
            ),
            (
                "job: { id: id, poll: getA, results: getB, state: status, done: [DONE], failed: [FAILED], reason: why, percent: done }",
                "[]",
                ("some", 2, "must be `none`"),
            ),
            (
                "parameters: { body: { in: header, wire: Body, type: TrustCreate, required: false, default: a, values: [a, b], explode: true } }",
                "[]",
                ("{ bdy: { required: false } }", 1, "did you mean `body`"),
            ),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            ("in: header", "1", ("nowhere", 2, "unknown word `nowhere`")),
            ("wire: Body", "[]", ("\"\"", 1, "a name is empty")),
            (
                "type: TrustCreate",
                "1",
                ("strng", 1, "`strng` is neither a type"),
            ),
            ("required: false", "a", ANY),
            ("default: a", "{}", ANY),
            ("values: [a, b]", "a", ("[a, a]", 1, "is listed twice")),
            ("explode: true", "1", ANY),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            ("require: all", "[]", ("some", 2, "unknown word `some`")),
            (
                "of: [\"a:b:c\"]",
                "a",
                ("[abc]", 1, "`abc` is not a permission"),
            ),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            ("style: number", "[]", ("pages", 2, "unknown word `pages`")),
            ("parameter: body", "[]", ("absent", 1, "absent")),
            ("in: body", "[]", ("nowhere", 2, "unknown word `nowhere`")),
            ("next: total", "[]", ANY),
            ("items: entities", "[]", ("absent", 1, "absent")),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            ("id: id", "[]", ANY),
            ("poll: getA", "[]", ("getC", 1, "getC")),
            ("results: getB", "[]", ("getC", 1, "getC")),
            ("state: status", "[]", ANY),
            ("done: [DONE]", "[[]]", ANY),
            ("failed: [FAILED]", "[[]]", ANY),
            ("reason: why", "[]", ANY),
            ("percent: done", "[]", ANY),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            (
                "because: the answer has it",
                "[]",
                ("''", 1, "has no reason"),
            ),
            (
                "fields: { id: { wire: ID, type: integer, required: true, values: [x, y] } }",
                "[]",
                ("{ idd: { required: true } }", 1, "has no field idd"),
            ),
        ],
    },
    Level {
        file: "overlay.yaml",
        text: OVERLAY,
        between: ", ",
        rows: &[
            ("wire: ID", "[]", ("\"\"", 1, "a name is empty")),
            (
                "type: integer",
                "1",
                ("strng", 1, "`strng` is neither a type"),
            ),
            ("required: true", "a", ANY),
            ("values: [x, y]", "a", ("[x, x]", 1, "is listed twice")),
        ],
    },
    Level {
        file: "models.yaml",
        text: MODELS,
        between: "\n",
        rows: &[
            ("format: 1", "[]", ("2", 2, "format 2")),
            (
                "models: [{ name: Trustee, opaque: false, fields: [{ name: id, wire: ID, type: string, required: true, values: [x, y], description: Which one }] }]",
                "a",
                ANY,
            ),
        ],
    },
    Level {
        file: "models.yaml",
        text: MODELS,
        between: ", ",
        rows: &[
            ("name: Trustee", "[]", ("\"\"", 1, "name")),
            ("opaque: false", "1", ("true", 1, "opaque")),
            (
                "fields: [{ name: id, wire: ID, type: string, required: true, values: [x, y], description: Which one }]",
                "a",
                ANY,
            ),
        ],
    },
    Level {
        file: "models.yaml",
        text: MODELS,
        between: ", ",
        rows: &[
            ("name: id", "[]", ("\"\"", 1, "name")),
            ("wire: ID", "[]", ("\"\"", 1, "a name is empty")),
            (
                "type: string",
                "1",
                ("strng", 1, "`strng` is neither a type"),
            ),
            ("required: true", "a", ANY),
            ("values: [x, y]", "a", ("[x, x]", 1, "is listed twice")),
            ("description: Which one", "[]", ANY),
        ],
    },
    Level {
        file: "renamed.yaml",
        text: RENAMED,
        between: ", ",
        rows: &[
            (
                "api: OrganizationAuthorizationApi",
                "[]",
                ("Absent", 1, "Absent"),
            ),
            (
                "old: getOld",
                "[]",
                (
                    "getOrgauthorizationTrustees",
                    1,
                    "getOrgauthorizationTrustees",
                ),
            ),
            (
                "new: getOrgauthorizationTrustees",
                "[]",
                ("getAbsent", 1, "getAbsent"),
            ),
            ("method: GET", "[]", ("FETCH", 2, "FETCH")),
            (
                "path: /api/v2/orgauthorization/trustees",
                "[]",
                ("/elsewhere", 1, "/elsewhere"),
            ),
            ("since: 0.1.0", "[]", ("banana", 1, "banana")),
        ],
    },
    Level {
        file: "accepted.yaml",
        text: ACCEPTED,
        between: ", ",
        rows: &[
            (
                "fingerprint: aaaaaaaaaaaaaaaa",
                "[]",
                ("banana", 2, "is not a fingerprint"),
            ),
            ("because: agreed", "[]", ("' '", 2, "say why")),
        ],
    },
    Level {
        file: "source.yaml",
        text: PINS,
        between: "\n",
        rows: &[
            (
                "version: \"181.0.0\"",
                "[]",
                ("259.0.0", 1, "`259.0.0` is not in the first source's tag"),
            ),
            (
                "sources: [{ repository: \"https://github.com/a/docs\", folder: build/docs, kind: operations, tag: \"181.0.0\", commit: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", same_as_first: swagger.json, object: \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", drifts: false }]",
                "a",
                ANY,
            ),
            (
                "pages: { docs/OrganizationAuthorizationApi.md: \"0000000000000000000000000000000000000000000000000000000000000000\" }",
                "[]",
                ("{ docs/OtherApi.md: \"00\" }", 1, "`00` is not a SHA-256"),
            ),
        ],
    },
    Level {
        file: "source.yaml",
        text: PINS,
        between: ", ",
        rows: &[
            (
                "repository: \"https://github.com/a/docs\"",
                "[]",
                ("\"--upload-pack=x\"", 1, "option of git"),
            ),
            (
                "folder: build/docs",
                "[]",
                ("../docs", 1, "is not a folder"),
            ),
            (
                "kind: operations",
                "[]",
                ("models", 2, "unknown word `models`"),
            ),
            (
                "tag: \"181.0.0\"",
                "[]",
                ("\"181.0.0 x\"", 1, "is not a git tag"),
            ),
            (
                "commit: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
                "[]",
                ("main", 1, "`main` is not the id of a git object"),
            ),
            (
                "same_as_first: swagger.json",
                "[]",
                ("/swagger.json", 1, "is not a path of a file"),
            ),
            (
                "object: \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"",
                "[]",
                ("0b", 1, "`0b` is not the id of a git object"),
            ),
            ("drifts: false", "a", ANY),
        ],
    },
];

/// `regen` on the seed page with the file in place of its own.
fn regen(file: &str, text: &str) -> (Place, Ended) {
    let place = Place::seed();
    if file == "models.yaml" {
        std::fs::remove_file(place.path("spec/overlay.yaml")).expect("it was put there");
    }
    place.put("spec/docs/typed/Trustee.md", TRUSTEE);
    place.put(&format!("spec/{file}"), text);
    let ended = place.regen(&[]);
    (place, ended)
}

/// What the command says of the file as it stands here, which need not be right.
fn said(level: &Level) -> String {
    regen(level.file, level.text).1.err
}

fn key(entry: &str) -> &str {
    entry.split(':').next().unwrap_or_default()
}

/// What is wrong with how the command takes the text, if something is.
fn fault(level: &Level, entry: &str, instead: &str, code: i32, says: &str) -> Option<String> {
    assert_eq!(level.text.matches(entry).count(), 1, "{entry}");
    let text = level.text.replacen(entry, instead, 1);
    let (place, ended) = regen(level.file, &text);
    let at = format!("{}:", level.file);
    let written = [place.files("spec/ir"), place.files("out")].concat();
    let is_right = ended.code == code
        && ended.err.contains(says)
        && ended.err.contains(&at)
        && written.is_empty();
    let first = ended.err.lines().take(6).collect::<Vec<_>>().join("\n    ");
    (!is_right).then(|| {
        format!(
            "{at} {instead}\n  wants {code} and `{says}`, has {}:\n    {first}",
            ended.code
        )
    })
}

#[test]
fn each_key_is_refused_where_it_is_wrong() {
    let mut faults = Vec::new();
    for level in LEVELS {
        let said = said(level);
        for (entry, wrong_type, (meaning, code, says)) in level.rows {
            let key = key(entry);
            let doubled = format!("{entry}{}{entry}", level.between);
            faults.extend([
                fault(
                    level,
                    entry,
                    &entry.replacen(key, &format!("{key}x"), 1),
                    2,
                    &format!("`{key}x`"),
                ),
                fault(level, entry, &doubled, 2, "duplicate key"),
                fault(level, entry, &format!("{key}:"), 2, ""),
                fault(level, entry, &format!("{key}: {wrong_type}"), 2, ""),
            ]);
            if !meaning.is_empty() {
                let anyway = || format!("{}: `{says}` is said anyway for {entry}", level.file);
                faults.push(said.contains(says).then(anyway));
                faults.push(fault(
                    level,
                    entry,
                    &format!("{key}: {meaning}"),
                    *code,
                    says,
                ));
            }
        }
    }
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(
        faults.is_empty(),
        "{}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn each_key_that_there_is_has_a_row() {
    for level in LEVELS {
        let (first, ..) = level.rows[0];
        let with_unknown = format!("zzzzzzzz: 1{}{first}", level.between);
        let (_, ended) = regen(level.file, &level.text.replacen(first, &with_unknown, 1));
        let (_, known) = ended
            .err
            .split_once("; expected one of ")
            .unwrap_or_else(|| panic!("{first}: {}", ended.err));
        let known = known.lines().next().unwrap_or_default();
        let mut known: Vec<&str> = known.split(", ").map(|key| key.trim_matches('`')).collect();
        let mut rows: Vec<&str> = level.rows.iter().map(|(entry, ..)| key(entry)).collect();
        known.sort_unstable();
        rows.sort_unstable();
        assert_eq!(rows, known, "{} at `{}`", level.file, key(first));
    }
}
