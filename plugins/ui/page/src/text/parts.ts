// English text of the shared parts.

export const parts = {
  note: "Note",
  addNote: (label: string) => `Add a ${label.toLowerCase()}`,
  editNote: (label: string) => `Edit the ${label.toLowerCase()}`,
  noteHint: "Markdown; Ctrl+Enter saves",
  write: "Write",
  preview: "Preview",
  nothingToPreview: "Nothing to preview.",
  tags: "Tags",
  addTag: "Add a tag",
  noTags: "No tags",
  tagKey: "Key of the tag",
  tagValue: "Value of the tag",
  editTag: (key: string) => `Edit the tag ${key}`,
  deleteTag: (key: string) => `Delete the tag ${key}`,
  tagDeleted: (key: string) => `The tag ${key} is deleted.`,
  clearSearch: "Clear the search",
  more: "More actions",
};
