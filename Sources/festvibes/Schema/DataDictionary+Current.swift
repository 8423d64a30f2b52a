// `make schema-docs` writes this file from a database that the migrations have made.

extension DataDictionary {
  static let text = """

    """
}
