// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A report for people: one page, nothing to fetch.
enum HTMLReport {
    /// The report as a page.
    static func text(of report: Report) -> String {
        let started = report.startedAt.formatted(.iso8601)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escaped(report.title)): \(report.countingLine)</title>
            <style>\(style)</style>
            </head>
            <body>
            <h1>\(escaped(report.title))</h1>
            <p class="\(report.failed == 0 ? "passed" : "failed")"><strong>\(report.countingLine)</strong></p>
            <p>\(started), \(String(format: "%.1f", report.seconds)) s</p>
            \(report.groups.map { section($0.name, $0.results) }.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private static func section(_ name: String, _ results: [CheckResult]) -> String {
        let counts = Report(title: name, results: results)
        let rows = results.map(row).joined(separator: "\n")
        return """
            <section>
            <h2>\(escaped(name)) <small>\(counts.countingLine)</small></h2>
            <table>
            <thead><tr><th scope="col">Check</th><th scope="col">Rule</th><th scope="col">Result</th>\
            <th scope="col">What was seen</th></tr></thead>
            <tbody>
            \(rows)
            </tbody>
            </table>
            </section>
            """
    }

    private static func row(_ result: CheckResult) -> String {
        let seen = result.outcome.reason ?? result.detail ?? ""
        return """
            <tr class="\(result.outcome.word)"><th scope="row">\(escaped(result.name))</th>\
            <td>\(escaped(result.rule ?? ""))</td><td>\(result.outcome.word)</td><td>\(escaped(seen))</td></tr>
            """
    }

    private static let style = """
        :root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
        body{max-width:72rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884;overflow-wrap:anywhere}
        tbody th{font-weight:normal}
        small{font-weight:normal;opacity:.75}
        tr.failed td:nth-child(3),p.failed{color:#b3261e;font-weight:bold}
        tr.pending{opacity:.7}
        """

    /// Text between tags and in attributes.
    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
            .replacingOccurrences(of: "'", with: "&#39;")
    }
}
