// SPDX-License-Identifier: Apache-2.0

import MockServer

/// What every page shares.
enum Page {
    static func html(_ visit: OPVisit, title: String, _ content: HTML) -> HTML {
        let tenant = visit.tenant.definition
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) - \(tenant.title)</title>
            <link rel="stylesheet" href="/op/\(tenant.name)/style.css">
            <link rel="icon" href="data:,">
            </head>
            <body style="--hue: \(hue(tenant.name))">
            <main>
            <div class="brand"><span class="mark" aria-hidden="true">\(tenant.title.prefix(1).uppercased())</span>\
            \(tenant.title)</div>
            <h1>\(title)</h1>
            \(content)
            </main>
            <footer>A mock identity provider for tests. Never type a real password here.</footer>
            </body>
            </html>
            """
    }

    /// A colour of its own for each tenant, the same every time.
    private static func hue(_ name: String) -> Int {
        name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) % 360 }
    }
}
