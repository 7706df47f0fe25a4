/// Where an element stands: positions among the children, from the root down; empty for the root.
package typealias MarkupPath = [Int]

extension MarkupElement {
    /// Where every element stands, in document order.
    package var paths: [MarkupPath] {
        var found: [MarkupPath] = []
        collect(below: [], into: &found)
        return found
    }

    /// Where the elements of a local name stand.
    package func paths(named name: String) -> [MarkupPath] {
        paths.filter { self[$0]?.localName == name }
    }

    /// The element at a path; nil where there is none.
    ///
    /// Setting nil takes it away, except the root.
    package subscript(path: MarkupPath) -> MarkupElement? {
        get {
            var element = self
            for at in path {
                guard element.children.indices.contains(at), let child = element.children[at].element else {
                    return nil
                }
                element = child
            }
            return element
        }
        set {
            guard let last = path.last else {
                if let newValue { self = newValue }
                return
            }
            edit(path.dropLast()) { parent in
                guard parent.children.indices.contains(last) else { return }
                if let newValue {
                    parent.children[last] = .element(newValue)
                } else {
                    parent.children.remove(at: last)
                }
            }
        }
    }

    /// Edits the element at a path.
    package mutating func edit(_ path: some Collection<Int>, _ body: (inout MarkupElement) -> Void) {
        guard let first = path.first else { return body(&self) }
        guard children.indices.contains(first), var child = children[first].element else { return }
        child.edit(path.dropFirst(), body)
        children[first] = .element(child)
    }

    /// Puts a node among the children of the element at a path.
    package mutating func insert(_ node: Markup, in path: MarkupPath, at position: Int) {
        edit(path) { $0.children.insert(node, at: min(max(position, 0), $0.children.count)) }
    }

    /// Replaces text everywhere below, in text and in attributes.
    package func replacing(_ old: String, with new: String) -> MarkupElement {
        var copy = self
        for at in copy.attributes.indices {
            copy.attributes[at].value = copy.attributes[at].value.replacing(old, with: new)
        }
        copy.children = copy.children.map { child in
            switch child {
            case .element(let element): .element(element.replacing(old, with: new))
            case .raw(let raw): .raw(raw.replacing(old, with: new))
            }
        }
        return copy
    }

    /// The element at a path as a document of its own: declarations in scope come along.
    package func standalone(_ path: MarkupPath) -> MarkupElement? {
        guard var copy = self[path] else { return nil }
        for depth in stride(from: path.count - 1, through: 0, by: -1) {
            for attribute in self[Array(path.prefix(depth))]?.attributes ?? []
            where attribute.name.hasPrefix("xmlns") && copy[attribute.name] == nil {
                copy[attribute.name] = attribute.value
            }
        }
        return copy
    }

    private func collect(below path: MarkupPath, into found: inout [MarkupPath]) {
        found.append(path)
        for (at, child) in children.enumerated() { child.element?.collect(below: path + [at], into: &found) }
    }
}
