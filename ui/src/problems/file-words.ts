// Names, partner files, disks, and imported and exported files.
import type { ProblemCode } from "../ipc";
import { quoted, type Words } from "./words";

export const fileWords = {
  name_empty: {
    title: "A name is required",
    text: "Enter a name for the partner.",
  },
  name_too_long: {
    title: "This name is too long",
    text: "Use at most 100 characters.",
  },
  name_characters: {
    title: "This name can't be used",
    text: "Remove slashes, line breaks and other characters that aren't allowed in file names.",
  },
  name_taken: {
    title: "This name is already taken",
    text: (subject) =>
      `A partner named ${quoted(subject, "like this")} already exists. Choose another name, or open that partner.`,
  },
  email_invalid: {
    title: "Enter a valid email address",
    text: "Enter one email address, such as you@example.com, or leave the field empty.",
  },
  file_in_use: {
    severity: "wait",
    title: "This partner is already open",
    text: (subject) =>
      `Another window of XPO Admin has ${quoted(subject, "this partner")} open. Close it there, then try again. Nothing was changed.`,
    action: "retry",
  },
  file_read_only: {
    title: "This partner's file is read-only",
    text: (subject) =>
      `XPO Admin can't write to ${quoted(subject, "the file")}. Allow writing to it, then try again. Nothing was changed.`,
    action: "retry",
  },
  file_newer: {
    title: "This partner needs a newer version of XPO Admin",
    text: (subject) =>
      `A newer version saved ${quoted(subject, "the file")}, and this version can't read it safely. Install the latest version to open it. Nothing was changed.`,
  },
  file_from_pre_release: {
    title: "This partner was made by a test version of XPO Admin",
    text: (subject) =>
      `Released versions can't open ${quoted(subject, "the file")}, so it was not changed. Create a new partner and import its TikTok accounts.`,
  },
  file_not_partner: {
    title: "This file isn't a partner",
    text: (subject) =>
      `XPO Admin didn't create ${quoted(subject, "the file")} and left it unchanged. To hide it here, move it out of the partners folder.`,
  },
  file_damaged: {
    title: "This partner's file is damaged",
    text: (subject) =>
      `${quoted(subject, "The file")} can't be read and was left unchanged. Restore a backup of it.`,
  },
  file_incomplete: {
    title: "Recent changes to this partner are missing",
    text: (subject) =>
      `Some of the last changes saved in ${quoted(subject, "the file")} can't be read, so it was left unchanged. Restore a backup, or open it without the missing changes.`,
  },
  file_missing: {
    title: "This partner's file is missing",
    text: (subject) =>
      `${quoted(subject, "The file")} was moved or deleted. Move it back, or open another partner.`,
    action: "retry",
  },
  disk_full: {
    title: "The disk is full",
    text: "Your last change wasn't saved. Free up some space, then try again. Earlier changes are safe.",
    action: "retry",
  },
  file_copied: {
    severity: "wait",
    title: "This file is a copy",
    text: (subject) =>
      `${quoted(subject, "Another file")} has the same partner. A file sync or a backup program may have made this copy. Details compare the two. Open the copy only if it has changes that you miss; nothing is merged.`,
  },
  folder_unsupported: {
    title: "Partners can't be stored in this folder",
    text: (subject) =>
      `File locks or shared memory don't work in ${quoted(subject, "the folder")}, as on many network and cloud drives. Partners must be on a local disk: move XPO Admin's data folder to one. Nothing was changed.`,
    action: "retry",
  },
  folder_unwritable: {
    title: "Can't write to this folder",
    text: (subject) =>
      `XPO Admin isn't allowed to write to ${quoted(subject, "its folder")}. Change the folder's permissions, then try again.`,
    action: "retry",
  },
  export_folder: {
    title: "Can't save to this folder",
    text: (subject) =>
      `${quoted(subject, "The folder")} is missing, or XPO Admin isn't allowed to write to it. Make it available again, or save to another folder. Nothing is lost.`,
  },
  backup_of_another: {
    title: "This backup is from another partner",
    text: (subject) =>
      `${quoted(subject, "The backup")} doesn't belong to this partner. Choose one that does. Nothing was changed.`,
  },
  backup_here: {
    title: "Backups can't be saved in this folder",
    text: "XPO Admin stores the partners themselves here. Choose another folder for the backup.",
  },
  table_unreadable: {
    title: "This table can't be read",
    text: (subject) =>
      `${quoted(subject, "The file")} needs headings in its first line, with “XPO account” exactly once. A CSV file separates values by commas, semicolons or tabs. Nothing was imported.`,
  },
  file_unreadable: {
    title: "This file can't be read",
    text: (subject) =>
      `${quoted(subject, "The file")} is a folder, no longer exists, is locked by another program, or you don't have permission to read it. Close it there or choose another file. Nothing was imported.`,
  },
  table_quote_open: {
    title: "A quotation mark is never closed",
    text: (subject) =>
      `The quotation mark opened in line ${subject ?? "1"} is never closed, so the rows after it can't be told apart. Close or remove it, then choose the file again. Nothing was imported.`,
  },
  table_too_large: {
    title: "This table is too large",
    text: "Split the file into parts of at most 64 MB and 500,000 rows. A workbook may unpack to 256 MB. Nothing was imported.",
  },
  table_password: {
    title: "This workbook needs a password",
    text: "XPO Admin can't open workbooks with a password. Save it without one, or as CSV, and choose it again. Nothing was imported.",
  },
  table_damaged: {
    title: "This workbook is damaged",
    text: "Open it in a spreadsheet program, which may repair it, save it as .xlsx, and choose it again. Nothing was imported.",
  },
  cancelled: {
    severity: "off",
    title: "Cancelled",
    text: "Nothing was changed.",
  },
} satisfies Partial<Record<ProblemCode, Words>>;
