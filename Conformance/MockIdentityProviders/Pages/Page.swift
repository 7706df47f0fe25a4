// SPDX-License-Identifier: Apache-2.0

import MockServer

/// Whose page it is.
struct Brand: Sendable {
    /// Name of the tenant, which gives its pages a colour of their own.
    let name: String
    let title: String
    /// Where its pages are, as in `/op/acme`.
    let path: String
}

/// What every page shares.
enum Page {
    static func html(_ brand: Brand, title: String, _ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title) - \(brand.title)</title>
        <link rel="stylesheet" href="\(brand.path)/style.css">
        <link rel="icon" href="data:,">
        </head>
        <body style="--hue: \(hue(brand.name))">
        <main>
        <div class="brand"><span class="mark" aria-hidden="true">\(brand.title.prefix(1).uppercased())</span>\
        \(brand.title)</div>
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
