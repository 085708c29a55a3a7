-- Which process had its signature refused in the room: one that had nothing taken since. NULL when it had, and for the
-- whole server.
ALTER TABLE pause ADD COLUMN refused_by TEXT COLLATE "C";
