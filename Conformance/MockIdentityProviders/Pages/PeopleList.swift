// SPDX-License-Identifier: Apache-2.0

import MockServer

/// Buttons that sign somebody in without typing.
enum PeopleList {
    static func html(_ people: [(userName: String, name: String, email: String?)]) -> HTML {
        guard !people.isEmpty else { return "" }
        return """
            <h2>Or sign in as</h2>
            <div class="people">
            \(HTML.each(people.prefix(8)) { person in
                """
                <button class="person" name="pick" value="\(person.userName)">\
                <span class="face" aria-hidden="true">\(person.name.prefix(1).uppercased())</span>\
                <span><strong>\(person.name)</strong><small>\(person.email ?? person.userName)</small></span></button>
                """
            })
            </div>
            """
    }
}

/// The mistakes that whoever signs in may choose from.
enum FaultChoice {
    static func html(_ faults: [(name: String, rule: String)]) -> HTML {
        """
        <label for="fault">Mistake to make in this sign-in</label>
        <select id="fault" name="fault"><option value="">None</option>
        \(HTML.each(faults) { fault in
            "<option value=\"\(fault.name)\">\(fault.name) (\(fault.rule))</option>"
        })
        </select>
        """
    }
}
