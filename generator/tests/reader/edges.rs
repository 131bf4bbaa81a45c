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
