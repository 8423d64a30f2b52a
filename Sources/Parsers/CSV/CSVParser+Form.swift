import Contracts
import Definitions

extension CSVParser {
  /// The keys of `parse: {plugin: csv, …}`.
  public static let form = PluginForm(
    "csv", "Rows of a CSV file, after RFC 4180.",
    SectionForm(
      [
        KeyForm(
          "delimiter", .text(.delimiter), standard: ",",
          "The character between two cells; \\t is the tab. auto: the most frequent of , ; | and the tab in the first row."
        ),
        KeyForm(
          "quote", .text(.quote), standard: "\"",
          "The character around cells that have delimiters or line ends in them, or none."),
        KeyForm(
          "escape", .text(.quote), standard: "none",
          "The character that makes a quote behind it data. A doubled quote is always data."),
        KeyForm(
          "encoding", .text(.encoding), standard: "that of the byte order mark or of the response's header, else utf-8",
          "The encoding of the file."),
        KeyForm(
          "header", .list(of: .text()), standard: "true",
          "true: the first row names the columns; false: the columns are column_1, column_2 …; or a list of names."),
        KeyForm("skip_lines", .integer(0...1_000_000), standard: "0", "Physical lines to drop before the header."),
        KeyForm(
          "normalize_header", .flag, standard: "true",
          "Names of columns without space at the ends, in lower case, with _ for each space."),
        KeyForm(
          "strict", .flag, standard: "true",
          "true: a row with a quote in a plain cell, or with text behind a closing quote, is rejected; false: they are data."
        ),
        KeyForm(
          "ragged", .choice(["reject", "fill"]), standard: "reject",
          "A row with fewer cells than columns is rejected, or filled with null. A longer one is always rejected."),
        KeyForm("empty", .choice(["null", "text"]), standard: "null", "What an empty cell becomes: null, or ''."),
      ]) { section in
        let options = CSVOptions(section)
        if let quote = options.dialect.quote, options.dialect.delimiter.contains(quote) {
          return ("quote", "it is in the delimiter too: give another character, or none")
        }
        if let escape = options.dialect.escape, options.dialect.delimiter.contains(escape) {
          return ("escape", "it is in the delimiter too: give another character, or none")
        }
        guard case .names(let names) = options.header else { return nil }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
          return ("header", "it names '\(twice.prefix(60))' twice")
        }
        if names.contains("") { return ("header", "it has an empty name") }
        return nil
      })
}

extension Form.Rule {
  /// One character or, for the few files that need it, a sequence of up to four.
  fileprivate static let delimiter = Form.Rule("1 to 4 characters that are no line ends, or \\t for the tab") { text in
    let bytes = CSVOptions.delimiter(text).utf8
    return (1...4).contains(text.unicodeScalars.count) && !bytes.contains { $0 == 0x0A || $0 == 0x0D }
  }

  fileprivate static let quote = Form.Rule("one ASCII character, or none") { text in
    if CSVOptions.character(text) == nil { return true }
    return text.utf8.count == 1 && text.utf8.first.map { $0 >= 0x20 && $0 < 0x7F } ?? false
  }

  fileprivate static let encoding = Form.Rule("the name of an encoding, such as \(CSVEncoding.examples)") { text in
    CSVEncoding(named: text) != nil
  }
}
