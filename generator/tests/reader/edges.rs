//! A page with one thing changed, and the findings of that: what stands where nothing reads it is never
//! taken in silence.

use crate::source;
use generator::diagnostic::Code;
use generator::{model_page, page};

const PAGE: &str = "---
title: WidgetsApi
---
# platformClient.WidgetsApi

All URIs are relative to *https://api.example.com*

| Method | HTTP request | Description |
| ------------- | ------------- | ------------- |
[**getWidget**](WidgetsApi.html#getWidget) | **GET** /api/v1/widgets/{widgetId} | Get a widget
{: class=\"table table-striped\"}

<a name=\"getWidget\"></a>

# Widget getWidget(widgetId)

GET /api/v1/widgets/{widgetId}

Get a widget

Requires ANY permissions:

* widgets:widget:view

### Example Usage

```{\"language\":\"javascript\"}
let apiInstance = new platformClient.WidgetsApi();

let widgetId = \"widgetId_example\"; // String | Which one

apiInstance.getWidget(widgetId)
```

### Parameters

| Name | Type | Description  | Notes |
| ------------- | ------------- | ------------- | ------------- |
 **widgetId** | **String** | Which one |  |
{: class=\"table table-striped\"}

### Return type

**Widget**
";

/// A part of the page, what stands there instead, and the findings.
const CHANGES: &[(&str, &str, &[Code])] = &[
    ("", "", &[]),
    (
        "<a name=",
        "```json\n{}\n```\n\n<a name=",
        &[Code::UnreadLine],
    ),
    (
        "<a name=",
        "Stray.\n\n    code\n\n<a name=",
        &[Code::UnreadLine],
    ),
    (
        "### Parameters",
        "    code\n\n### Parameters",
        &[Code::UnreadLine],
    ),
    (
        "### Return type",
        "    code\n\n### Return type",
        &[Code::UnreadLine],
    ),
    (
        "**Widget**\n",
        "**Widget**\n\n    code\n",
        &[Code::UnreadLine],
    ),
    (
        "**Widget**\n",
        "**Widget**\n\n**Widget**\n",
        &[Code::UnreadLine],
    ),
    ("**Widget**\n", "**a widget**\n", &[Code::UnknownType]),
    ("**Widget**\n", "**Gadget**\n", &[Code::ReturnMismatch]),
    (
        "*https://api.example.com*",
        "*https://*",
        &[Code::BadBaseUrl],
    ),
    (
        "*https://api.example.com*",
        "*https://api.example.com/{a}*",
        &[Code::BadBaseUrl],
    ),
    (
        "*https://api.example.com*",
        "*ftp://api.example.com*",
        &[Code::BadBaseUrl],
    ),
    (
        "getWidget(widgetId)\n\nGET",
        "getWidget(gadgetId)\n\nGET",
        &[
            Code::ParameterMissing,
            Code::SignatureMismatch,
            Code::ExampleMismatch,
        ],
    ),
    // Code in a description is a part of it.
    (
        "Get a widget\n\nRequires",
        "Get a widget\n\n    code\n\nRequires",
        &[],
    ),
    (
        "Get a widget\n\nRequires",
        "Get a widget\n\n```json\n{}\n```\n\nRequires",
        &[],
    ),
    // So is a quotation, even one of a signature.
    (
        "Get a widget\n\nRequires",
        "Get a widget\n\n> Widget findWidget(widgetId)\n\nRequires",
        &[],
    ),
    // A signature is one line.
    (
        "# Widget getWidget(widgetId)",
        "> Widget\n> getWidget(widgetId)",
        &[Code::MissingSignature],
    ),
    // Lists and HTML are part of a description, and of nothing else.
    ("<a name=", "* one\n* two\n\n<a name=", &[Code::UnreadLine]),
    (
        "<a name=",
        "<div>Stray</div>\n\n<a name=",
        &[Code::UnreadLine],
    ),
    (
        "Get a widget\n\nRequires",
        "Get a widget\n\n* a:b\n* c:d\n\nRequires",
        &[Code::StrayPermissions],
    ),
    (
        "Get a widget\n\nRequires",
        "Get a widget\n\n* a:b\n* see: that\n\nRequires",
        &[],
    ),
    // One base URL, and one example of an operation.
    (
        "<a name=",
        "All URIs are relative to *https://b.example.com*\n\n<a name=",
        &[Code::UnreadLine],
    ),
    (
        "### Parameters",
        "```javascript\nother();\n```\n\n### Parameters",
        &[Code::UnreadLine],
    ),
    // The first heading that is a name names the page.
    (
        "# platformClient.WidgetsApi",
        "# WidgetsApi\n\n# Widgets",
        &[Code::PageNameMismatch],
    ),
    // It is above everything else.
    (
        "# platformClient.WidgetsApi\n\nAll URIs are relative to *https://api.example.com*\n",
        "All URIs are relative to *https://api.example.com*\n\n# platformClient.WidgetsApi\n",
        &[Code::UnknownHeading, Code::MissingPageName],
    ),
    // Headings that name neither a page nor an operation.
    (
        "# platformClient",
        "# Release 2.0\n\n# platformClient",
        &[Code::UnknownHeading],
    ),
    ("<a name=", "# Widgets\n\n<a name=", &[Code::UnknownHeading]),
    (
        "<a name=",
        "# **two words**\n\n<a name=",
        &[Code::UnknownHeading],
    ),
    (
        "<a name=",
        "Stray\n=====\n\n<a name=",
        &[Code::UnknownHeading],
    ),
    // A heading `**id**` belongs to an anchor of the same name, and to no more than one.
    (
        "<a name=\"getWidget\"></a>\n\n# Widget",
        "<a name=\"old\"></a>\n\n# **getWidget**\n\n> Widget",
        &[
            Code::MissingSignature,
            Code::MissingRow,
            Code::MissingRequest,
        ],
    ),
    (
        "**Widget**\n",
        "**Widget**\n\n# **getWidget**\n",
        &[
            Code::MissingSignature,
            Code::DuplicateOperation,
            Code::MissingRequest,
        ],
    ),
    // An open alert ends with its operation; the next one is read.
    (
        "<a name=",
        "<a name=\"old\"></a>\n\n:::{\"title\":\"Deprecated\"}\n\n<a name=",
        &[
            Code::UnclosedAlert,
            Code::MissingSignature,
            Code::MissingRow,
            Code::MissingRequest,
        ],
    ),
    // Neither an object of one line nor another variable's is the options.
    ("let widgetId", "let opts = {};\nlet widgetId", &[]),
    (
        "let widgetId",
        "let body = {\n  'size': 1\n};\nlet widgetId",
        &[],
    ),
    // A path has no query, no fragment and nothing escaped.
    ("{widgetId}", "{widgetId}?deep=1", &[Code::BadPath]),
    ("{widgetId}", "#{widgetId}", &[Code::BadPath]),
    ("/widgets/", "/wid%20gets/", &[Code::BadPath]),
    // Editors remove the blank after a row's last pipe.
    ("{widgetId} | Get a widget", "{widgetId} |", &[]),
];

#[test]
fn one_change_of_a_page_is_one_finding() {
    for (from, to, codes) in CHANGES {
        let (from, to) = (*from, *to);
        let text = PAGE.replace(from, to);
        assert!(from.is_empty() || text != PAGE, "{from} is there");
        let text = if from.is_empty() {
            PAGE.to_owned()
        } else {
            text
        };
        let (_, _, found) = page::read(&source("docs/WidgetsApi.md", text));
        let found: Vec<Code> = found.iter().map(|found| found.code).collect();
        assert_eq!(found, *codes, "{from:?} {to:?}");
    }
}

#[test]
fn a_table_in_another_order_than_the_signature_is_found() {
    let page = PAGE
        .replace("/{widgetId}", "/{widgetId}/{part}")
        .replace("(widgetId)", "(part, widgetId)")
        .replace(
            "let widgetId",
            "let part = \"a\"; // String | A part\nlet widgetId",
        );
    let (first, second) = (
        " **widgetId** | **String** | Which one |  |\n",
        " **part** | **String** | A part |  |\n",
    );
    for (rows, codes) in [
        ([second, first], &[][..]),
        ([first, second], &[Code::SignatureMismatch]),
    ] {
        let text = page.replace(first, &rows.concat());
        let (_, _, found) = page::read(&source("docs/WidgetsApi.md", text));
        let found: Vec<Code> = found.iter().map(|found| found.code).collect();
        assert_eq!(found, codes, "{rows:?}");
    }
}

const MODEL: &str = "# Widget

## Properties

| Name | Type | Description | Notes |
| ------------ | ------------- | ------------- | ------------- |
| **size** | **String** | How large | [optional] |
";

#[test]
fn headings_of_a_model_page_are_its_name_and_its_parts() {
    for (from, to, codes) in [
        ("", "", &[][..]),
        ("## Properties", "## Widget\n\n## Properties", &[]),
        (
            "## Properties",
            "## Gadget\n\n## Properties",
            &[Code::PageNameMismatch],
        ),
        (
            "## Properties",
            "## What it is\n\n## Properties",
            &[Code::UnknownHeading],
        ),
        (
            "## Properties",
            "### Widget\n\n## Properties",
            &[Code::UnknownHeading],
        ),
    ] {
        let text = if from.is_empty() {
            MODEL.to_owned()
        } else {
            MODEL.replace(from, to)
        };
        let (_, _, found) = model_page::read(&source("docs/typed/Widget.md", text));
        let found: Vec<Code> = found.iter().map(|found| found.code).collect();
        assert_eq!(found, codes, "{from:?} {to:?}");
    }
}

/// JSON allows any key; a blank or a control character in one is a fault of the page.
#[test]
fn a_key_has_no_blanks_and_no_control_characters() {
    for (name, codes) in [
        ("$ref", &[][..]),
        ("v1-http", &[]),
        ("two words", &[Code::BadName]),
        ("two&nbsp;words", &[Code::BadName]),
        ("bell&#7;", &[Code::BadName]),
        ("$", &[Code::BadName]),
    ] {
        let text = MODEL.replace("size", name);
        let (_, _, found) = model_page::read(&source("docs/typed/Widget.md", text));
        let found: Vec<Code> = found.iter().map(|found| found.code).collect();
        assert_eq!(found, codes, "{name}");
    }
}
