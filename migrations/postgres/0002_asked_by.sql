-- Which process asked the model last about the question: its model server still has the room's prompt. NULL when nobody
-- did, or when that process is gone.
ALTER TABLE job ADD COLUMN asked_by TEXT COLLATE "C";
